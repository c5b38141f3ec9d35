// LinuxHost: the Host that is this machine.
#pragma once

#include <cstdint>

#include "stub/target/host.hpp"

namespace stub {

class LinuxHost : public Host {
 public:
  HostFacts facts() override;
  std::vector<std::string> environment() override;
  std::optional<ProcessFacts> process_facts(Pid pid) override;
  std::optional<TaskFacts> task_facts(ThreadId thread) override;
  Result<std::vector<Mapping>> mappings(Pid pid) override;
  std::optional<std::uint32_t> core_filter(Pid pid) override;
  Result<std::vector<bool>> touched_pages(Pid pid, Address begin, std::size_t count) override;
  std::string program(Pid pid) override;
  std::vector<Pid> processes() override;
  std::optional<std::uint32_t> own_user() override;
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
  std::string working_directory() override;
  Result<std::string> md5(Root root, const std::string& path) override;
};

}  // namespace stub
