#include "tests/support/fake_host.hpp"

#include <algorithm>
#include <cerrno>

namespace stub::test {
namespace {

std::string text(Host::Root root) { return root ? "root of " + std::to_string(number(*root)) : "own root"; }

std::unexpected<Error> no_such_file() { return fail_system(ENOENT, "no such file"); }

FileStatus status_of(const Bytes& contents) {
  return {.mode = 0100644, .links = 1, .size = contents.size(), .block_size = 4096, .blocks = 1};
}

}  // namespace

void FakeHost::add_file(const std::string& path, std::string_view contents) {
  files_[path] = Bytes(contents.begin(), contents.end());
}

HostFacts FakeHost::facts() {
  return {.hostname = "box", .kernel_release = "6.1.0-18-amd64", .kernel_version = "#1 SMP", .distribution = "debian"};
}

// 3 is an i386 program of user 1001, 5 is root's. The rest are all alike.
std::optional<ProcessFacts> FakeHost::process_facts(Pid pid) {
  ProcessFacts facts{.parent = Pid{0x10},
                     .real_user = 1000,
                     .real_group = 1000,
                     .effective_user = 0,
                     .effective_group = 0,
                     .program = "/bin/prog",
                     .arguments = {"prog", "an argument"},
                     .triple = "x86_64-pc-linux-gnu"};
  if (pid == Pid{5}) facts = {.program = "/sbin/init", .arguments = {}, .triple = "x86_64-pc-linux-gnu"};
  if (pid == Pid{3}) {
    facts.real_user = 1001;
    facts.program = "/opt/old/prog32";
    facts.triple = "i386-pc-linux-gnu";
  }
  if (late_.contains(pid)) facts.program = "/usr/bin/late";
  return facts;
}

std::optional<TaskFacts> FakeHost::task_facts(ThreadId thread) {
  const auto it = tasks_.find(thread);
  return it == tasks_.end() ? TaskFacts{.state = 't', .parent = Pid{0x10}} : it->second;
}

Result<std::vector<Mapping>> FakeHost::mappings(Pid) {
  if (!mappings_) return fail_system(ENOENT, "no smaps");
  return *mappings_;
}

std::optional<std::uint32_t> FakeHost::core_filter(Pid) { return core_filter_; }

Result<std::vector<bool>> FakeHost::touched_pages(Pid, Address begin, std::size_t count) {
  if (!touched_) return fail_system(EPERM, "no pagemap");
  std::vector<bool> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = touched_->contains(begin.value / 4096 + i);
  return out;
}

std::optional<std::string> FakeHost::user_name(std::uint32_t number) {
  return number == 0 ? std::optional<std::string>("root") : std::nullopt;
}

std::optional<std::string> FakeHost::group_name(std::uint32_t number) {
  return number == 0 ? std::optional<std::string>("wheel") : std::nullopt;
}

std::optional<SystemTable> FakeHost::system_table(std::string_view subject) {
  note("table of " + std::string(subject));
  if (subject != "processes") return std::nullopt;
  return SystemTable{"processes", {"pid", "command"}, {{"1", "/bin/prog <&>"}, {"2", ""}}};
}

Result<int> FakeHost::open(Root root, const std::string& path, std::uint32_t flags, std::uint32_t) {
  note("open " + path + " in " + text(root));
  if (!files_.contains(path) && (flags & file_flags::create) == 0) return no_such_file();
  if (files_.contains(path) && (flags & file_flags::exclusive) != 0) return fail_system(EEXIST, "it is there");
  files_[path];
  open_[next_] = path;
  return next_++;
}

Result<> FakeHost::close(int descriptor) {
  note("close " + std::to_string(descriptor));
  return open_.erase(descriptor) == 1 ? Result<>{} : fail_system(EBADF, "not open");
}

Result<Bytes*> FakeHost::contents(int descriptor) {
  const auto it = open_.find(descriptor);
  if (it == open_.end()) return fail_system(EBADF, "not open");
  return &files_[it->second];
}

Result<Bytes> FakeHost::read(int descriptor, std::uint64_t length, std::uint64_t offset) {
  const auto& bytes = *TRY(contents(descriptor));
  if (offset >= bytes.size()) return Bytes{};
  const auto count = std::min<std::uint64_t>(length, bytes.size() - offset);
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(count));
}

Result<std::size_t> FakeHost::write(int descriptor, ByteView bytes, std::uint64_t offset) {
  auto& file = *TRY(contents(descriptor));
  if (offset > longest_file_) return fail_system(EFBIG, "too big");
  file.resize(std::max<std::size_t>(file.size(), offset + bytes.size()));
  std::ranges::copy(bytes, file.begin() + static_cast<std::ptrdiff_t>(offset));
  return bytes.size();
}

Result<FileStatus> FakeHost::status(int descriptor) { return status_of(*TRY(contents(descriptor))); }

Result<FileStatus> FakeHost::status(Root root, const std::string& path, StatPath::Links links) {
  note((links == StatPath::Links::follow ? "stat " : "lstat ") + path + " in " + text(root));
  if (folders_.contains(path)) return FileStatus{.mode = 040755, .links = 2};
  const auto it = files_.find(path);
  if (it == files_.end()) return no_such_file();
  return status_of(it->second);
}

Result<> FakeHost::unlink(Root root, const std::string& path) {
  note("unlink " + path + " in " + text(root));
  return files_.erase(path) == 1 ? Result<>{} : no_such_file();
}

Result<> FakeHost::rename(Root root, const std::string& from, const std::string& to) {
  note("rename " + from + " to " + to + " in " + text(root));
  auto file = files_.extract(from);
  if (file.empty()) return no_such_file();
  files_[to] = std::move(file.mapped());
  return {};
}

Result<std::string> FakeHost::read_link(Root root, const std::string& path) {
  note("readlink " + path + " in " + text(root));
  return std::string("/bin/target");
}

Result<> FakeHost::make_symlink(Root root, const std::string& target, const std::string& path) {
  note("symlink " + path + " to " + target + " in " + text(root));
  return {};
}

Result<> FakeHost::make_folder(Root root, const std::string& path, std::uint32_t mode) {
  note("mkdir " + path + " " + std::to_string(mode) + " in " + text(root));
  return path == "/full" ? fail_system(ENOSPC, "no space") : Result<>{};
}

Result<> FakeHost::change_mode(Root root, const std::string& path, std::uint32_t mode) {
  note("chmod " + path + " " + std::to_string(mode) + " in " + text(root));
  return files_.contains(path) ? Result<>{} : no_such_file();
}

Result<std::vector<std::string>> FakeHost::list(Root, const std::string& folder) {
  if (folder != "/home/") return no_such_file();
  return std::vector<std::string>{"main.d", "main.o", "maps/", "other"};
}

Result<std::string> FakeHost::md5(Root, const std::string& path) {
  if (!files_.contains(path)) return no_such_file();
  return std::string("d41d8cd98f00b204e9800998ecf8427e");
}

}  // namespace stub::test
