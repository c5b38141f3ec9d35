// FakeHost: a Host with a few files in memory. What it was asked stands in a journal, a line a call.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "stub/target/host.hpp"

namespace stub::test {

class FakeHost : public Host {
 public:
  void add_file(const std::string& path, std::string_view contents);
  void add_folder(const std::string& path) { folders_.insert(path); }
  // Files may be of any length; otherwise 1 KiB.
  void allow_long_files() { longest_file_ = ~std::uint64_t{0}; }
  void set_core_filter(std::uint32_t filter) { core_filter_ = filter; }
  void set_mappings(std::vector<Mapping> mappings) { mappings_ = std::move(mappings); }
  // Of anonymous memory, only these pages: their addresses by 4096.
  void set_touched(std::set<std::uint64_t> pages) { touched_ = std::move(pages); }
  void set_task(ThreadId thread, TaskFacts facts) { tasks_[thread] = facts; }
  [[nodiscard]] const std::map<std::string, Bytes>& files() const { return files_; }
  // One more: /usr/bin/late, of our user.
  void start(Pid late) { processes_.push_back(late), late_.insert(late); }
  void end(Pid pid) { std::erase(processes_, pid); }
  [[nodiscard]] std::size_t open_count() const { return open_.size(); }
  [[nodiscard]] std::vector<std::string> take_journal() { return std::exchange(journal_, {}); }

  HostFacts facts() override;
  std::vector<std::string> environment() override { return {"HOME=/root", "SHELL=/bin/dash"}; }
  std::optional<ProcessFacts> process_facts(Pid pid) override;
  std::optional<TaskFacts> task_facts(ThreadId thread) override;
  Result<std::vector<Mapping>> mappings(Pid pid) override;
  std::optional<std::uint32_t> core_filter(Pid pid) override;
  Result<std::vector<bool>> touched_pages(Pid pid, Address begin, std::size_t count) override;
  std::string program(Pid pid) override { return process_facts(pid).value_or(ProcessFacts{}).program; }
  std::vector<Pid> processes() override { return processes_; }
  std::optional<std::uint32_t> own_user() override { return 1000; }
  std::optional<std::string> user_name(std::uint32_t number) override;
  std::optional<std::string> group_name(std::uint32_t number) override;
  std::optional<SystemTable> system_table(std::string_view subject) override;

  Result<int> open(Root root, const std::string& path, std::uint32_t flags, std::uint32_t mode) override;
  Result<> close(int descriptor) override;
  Result<Bytes> read(int descriptor, std::uint64_t length, std::uint64_t offset) override;
  Result<std::size_t> write(int descriptor, ByteView bytes, std::uint64_t offset) override;
  Result<FileStatus> status(int descriptor) override;
  Result<FileStatus> status(Root root, const std::string& path, StatPath::Links links) override;
  Result<> unlink(Root root, const std::string& path) override;
  Result<> rename(Root root, const std::string& from, const std::string& to) override;
  Result<std::string> read_link(Root root, const std::string& path) override;
  Result<> make_symlink(Root root, const std::string& target, const std::string& path) override;
  Result<> make_folder(Root root, const std::string& path, std::uint32_t mode) override;
  Result<> change_mode(Root root, const std::string& path, std::uint32_t mode) override;
  Result<std::vector<std::string>> list(Root root, const std::string& folder) override;
  std::string working_directory() override { return "/home"; }
  Result<std::string> md5(Root root, const std::string& path) override;

 private:
  [[nodiscard]] Result<Bytes*> contents(int descriptor);
  void note(std::string line) { journal_.push_back(std::move(line)); }

  std::vector<Pid> processes_{Pid{5}, Pid{2}, Pid{3}};
  std::set<Pid> late_;
  std::map<std::string, Bytes> files_;
  std::uint64_t longest_file_ = 1024;
  std::optional<std::uint32_t> core_filter_;
  std::optional<std::vector<Mapping>> mappings_;
  std::optional<std::set<std::uint64_t>> touched_;
  std::map<ThreadId, TaskFacts> tasks_;
  std::set<std::string> folders_;
  std::map<int, std::string> open_;
  int next_ = 5;
  std::vector<std::string> journal_;
};

}  // namespace stub::test
