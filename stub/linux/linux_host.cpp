#include "stub/linux/linux_host.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <md5.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>

#include "protocol/cursor.hpp"
#include "protocol/little_endian.hpp"
#include "stub/arch/architecture.hpp"
#include "stub/linux/accounts.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/rooted_path.hpp"
#include "stub/linux/system_tables.hpp"

namespace stub {
namespace {

std::unexpected<Error> last_error() { return fail_system(errno, {}); }

// gdb's flags to the kernel's; a bit that neither client has is refused, as gdbserver does.
Result<int> open_flags(std::uint32_t wire) {
  struct Row {
    std::uint32_t wire;
    int kernel;
  };
  constexpr std::array rows = {
      Row{file_flags::append, O_APPEND},         Row{file_flags::create, O_CREAT},
      Row{file_flags::truncate, O_TRUNC},        Row{file_flags::exclusive, O_EXCL},
      Row{file_flags::write_only, O_WRONLY},     Row{file_flags::read_write, O_RDWR},
      Row{file_flags::close_on_exec, O_CLOEXEC},
  };
  int flags = O_NOCTTY | O_NONBLOCK;  // a FIFO or terminal must not hold us up
  for (const auto& row : rows) {
    if ((wire & row.wire) != 0) flags |= row.kernel;
    wire &= ~row.wire;
  }
  if (wire != 0 || (flags & O_ACCMODE) == O_ACCMODE) return fail_system(EINVAL, "unknown flag");
  return flags;
}

std::uint64_t unsigned_seconds(time_t seconds) { return static_cast<std::uint64_t>(seconds); }

FileStatus file_status_of(const struct stat& s) {
  return {.device = s.st_dev,
          .inode = s.st_ino,
          .mode = s.st_mode,
          .links = s.st_nlink,
          .user = s.st_uid,
          .group = s.st_gid,
          .special_device = s.st_rdev,
          .size = static_cast<std::uint64_t>(s.st_size),
          .block_size = static_cast<std::uint64_t>(s.st_blksize),
          .blocks = static_cast<std::uint64_t>(s.st_blocks),
          .access_time = unsigned_seconds(s.st_atime),
          .modify_time = unsigned_seconds(s.st_mtime),
          .change_time = unsigned_seconds(s.st_ctime)};
}

// ID=debian, with or without quotes.
std::string distribution_id() {
  const auto text = procfs::read_file("/etc/os-release").value_or("");
  Cursor in(text);
  while (!in.done()) {
    Cursor line(in.until('\n'));
    if (!line.skip("ID=")) continue;
    line.skip('"');
    return std::string(line.until('"'));
  }
  return {};
}

std::vector<std::string> arguments_of(Pid pid) {
  constexpr std::size_t most = 16384;  // bytes: what is listed must fit into a packet
  const auto text = procfs::read_file(procfs::of(pid, "cmdline"), most).value_or("");
  std::vector<std::string> out;
  for (Cursor in(text); !in.done();) out.emplace_back(in.until('\0'));
  return out;
}

std::string triple_of(Pid pid) {
  constexpr std::size_t header = 64;
  const auto bytes = procfs::read_file(procfs::of(pid, "exe"), header).value_or("");
  return std::string(arch::triple_of(arch::machine_of(as_bytes(bytes))));
}

// A number that has no name comes back as it is.
std::optional<std::string> name_in(const Accounts& accounts, std::uint32_t number) {
  const auto digits = std::to_string(number);
  auto name = accounts.name_of(digits);
  if (name == digits) return std::nullopt;
  return name;
}

// What a link leads to counts.
bool is_folder(int folder, const dirent& entry) {
  struct stat s{};
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  return ::fstatat(folder, entry.d_name, &s, 0) == 0 && S_ISDIR(s.st_mode);
}

// "Uid:\treal\teffective\tsaved\tfile"
void read_ids(const std::string& field, std::uint32_t& real, std::uint32_t& effective) {
  Cursor in(field);
  real = static_cast<std::uint32_t>(in.decimal().value_or(0));
  in.skip('\t');
  effective = static_cast<std::uint32_t>(in.decimal().value_or(0));
}

}  // namespace

std::vector<std::string> LinuxHost::environment() {
  std::vector<std::string> out;
  for (char** variable = ::environ; *variable != nullptr; ++variable) out.emplace_back(*variable);
  return out;
}

HostFacts LinuxHost::facts() {
  utsname names{};
  ::uname(&names);
  return {names.nodename, names.release, names.version, distribution_id()};
}

std::optional<ProcessFacts> LinuxHost::process_facts(Pid pid) {
  const auto status = procfs::read_file(procfs::of(pid, "status"));
  if (!status) return std::nullopt;
  ProcessFacts facts;
  const auto parent = Cursor(procfs::status_field(*status, "PPid")).decimal();
  facts.parent = Pid{static_cast<std::int32_t>(parent.value_or(0))};
  read_ids(procfs::status_field(*status, "Uid"), facts.real_user, facts.effective_user);
  read_ids(procfs::status_field(*status, "Gid"), facts.real_group, facts.effective_group);
  facts.program = program(pid);
  if (facts.program.empty()) facts.program = procfs::status_field(*status, "Name");
  facts.arguments = arguments_of(pid);
  facts.triple = triple_of(pid);
  facts.ended = procfs::status_field(*status, "State").starts_with('Z');
  const auto tracer = Cursor(procfs::status_field(*status, "TracerPid")).decimal().value_or(0);
  if (tracer != 0) facts.debugger = Pid{static_cast<std::int32_t>(tracer)};
  return facts;
}

std::optional<TaskFacts> LinuxHost::task_facts(ThreadId thread) {
  const bool leads = thread.tid == leader(thread.pid);
  const auto stat = procfs::read_file(leads ? procfs::of(thread.pid, "stat") : procfs::of(thread, "stat"));
  const auto status = procfs::read_file(procfs::of(thread, "status"));
  if (!stat || !status) return std::nullopt;
  return procfs::parse_task(*stat, *status);
}

Result<std::vector<Mapping>> LinuxHost::mappings(Pid pid) {
  const auto text = procfs::read_file(procfs::of(procfs::living_thread(pid), "smaps"));
  if (!text) return fail_system(errno, "cannot read the process's memory map");
  return procfs::parse_smaps(*text);
}

std::optional<std::uint32_t> LinuxHost::core_filter(Pid pid) {
  const auto text = procfs::read_file(procfs::of(pid, "coredump_filter")).value_or("");
  const auto value = Cursor(text).hex();
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

// Documentation/admin-guide/mm/pagemap.rst
Result<std::vector<bool>> LinuxHost::touched_pages(Pid pid, Address begin, std::size_t count) {
  constexpr std::uint64_t page = 4096, entry = 8;
  constexpr std::uint64_t present_or_swapped = std::uint64_t{3} << 62;
  const auto path = procfs::of(procfs::living_thread(pid), "pagemap");
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return last_error();
  const auto bytes = TRY(read(file.get(), count * entry, begin.value / page * entry));
  if (bytes.size() != count * entry) return fail(Errc::unreadable, "the process's pages are not known");
  std::vector<bool> out(count);
  for (std::size_t i = 0; i < count; ++i)
    out[i] = (from_little_endian(ByteView(bytes).subspan(i * entry, entry)) & present_or_swapped) != 0;
  return out;
}

// Where a program has ended or is the kernel's own, there is no file.
std::string LinuxHost::program(Pid pid) {
  constexpr std::string_view deleted = " (deleted)";
  auto path = procfs::read_link(procfs::of(pid, "exe"));
  if (path.ends_with(deleted)) path.resize(path.size() - deleted.size());
  return path;
}

std::vector<Pid> LinuxHost::processes() {
  auto out = procfs::processes();
  std::erase(out, Pid{::getpid()});
  return out;
}

std::optional<std::uint32_t> LinuxHost::own_user() {
  const auto user = ::getuid();
  return user == 0 ? std::nullopt : std::optional<std::uint32_t>(user);
}

std::optional<std::string> LinuxHost::user_name(std::uint32_t number) { return name_in(Accounts::users(), number); }
std::optional<std::string> LinuxHost::group_name(std::uint32_t number) { return name_in(Accounts::groups(), number); }

std::optional<SystemTable> LinuxHost::system_table(std::string_view subject) {
  return system_tables::of_subject(subject);
}

Result<int> LinuxHost::open(Root root, const std::string& path, std::uint32_t flags, std::uint32_t mode) {
  const int kernel_flags = TRY(open_flags(flags));
  auto file = TRY(open_rooted(root, path, kernel_flags, static_cast<mode_t>(mode)));
  return file.release();
}

Result<> LinuxHost::close(int descriptor) {
  if (::close(descriptor) != 0) return last_error();
  return {};
}

Result<Bytes> LinuxHost::read(int descriptor, std::uint64_t length, std::uint64_t offset) {
  if (offset > static_cast<std::uint64_t>(LLONG_MAX)) return fail_system(EINVAL, {});
  Bytes bytes(length);
  const auto got = ::pread64(descriptor, bytes.data(), bytes.size(), static_cast<off64_t>(offset));
  if (got < 0) return last_error();
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

Result<std::size_t> LinuxHost::write(int descriptor, ByteView bytes, std::uint64_t offset) {
  if (offset > static_cast<std::uint64_t>(LLONG_MAX)) return fail_system(EINVAL, {});
  const auto put = ::pwrite64(descriptor, bytes.data(), bytes.size(), static_cast<off64_t>(offset));
  if (put < 0) return last_error();
  return static_cast<std::size_t>(put);
}

Result<FileStatus> LinuxHost::status(int descriptor) {
  struct stat s{};
  if (::fstat(descriptor, &s) != 0) return last_error();
  return file_status_of(s);
}

Result<FileStatus> LinuxHost::status(Root root, const std::string& path, StatPath::Links links) {
  const int no_follow = links == StatPath::Links::stay ? O_NOFOLLOW : 0;
  const auto file = TRY(open_rooted(root, path, O_PATH | no_follow, 0));
  return status(file.get());
}

Result<> LinuxHost::unlink(Root root, const std::string& path) {
  const auto place = TRY(place_of(root, path));
  if (::unlinkat(place.folder.get(), place.name.c_str(), 0) != 0) return last_error();
  return {};
}

Result<> LinuxHost::rename(Root root, const std::string& from, const std::string& to) {
  const auto old_place = TRY(place_of(root, from));
  const auto new_place = TRY(place_of(root, to));
  if (::renameat(old_place.folder.get(), old_place.name.c_str(), new_place.folder.get(), new_place.name.c_str()) != 0)
    return last_error();
  return {};
}

Result<std::string> LinuxHost::read_link(Root root, const std::string& path) {
  const auto place = TRY(place_of(root, path));
  std::array<char, PATH_MAX> target{};
  const auto length = ::readlinkat(place.folder.get(), place.name.c_str(), target.data(), target.size());
  if (length < 0) return last_error();
  return std::string(target.data(), static_cast<std::size_t>(length));
}

Result<> LinuxHost::make_symlink(Root root, const std::string& target, const std::string& path) {
  const auto place = TRY(place_of(root, path));
  if (::symlinkat(target.c_str(), place.folder.get(), place.name.c_str()) != 0) return last_error();
  return {};
}

Result<> LinuxHost::make_folder(Root root, const std::string& path, std::uint32_t mode) {
  auto name = path;
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  const auto place = TRY(place_of(root, name));
  const bool made = ::mkdirat(place.folder.get(), place.name.c_str(), static_cast<mode_t>(mode)) == 0;
  const int reason = errno;
  if (made || (reason == EEXIST && open_rooted(root, name, O_PATH | O_DIRECTORY, 0))) return {};
  return fail_system(reason, {});
}

Result<> LinuxHost::change_mode(Root root, const std::string& path, std::uint32_t mode) {
  const auto place = TRY(place_of(root, path));
  if (::fchmodat(place.folder.get(), place.name.c_str(), static_cast<mode_t>(mode), 0) != 0) return last_error();
  return {};
}

Result<std::vector<std::string>> LinuxHost::list(Root root, const std::string& folder) {
  auto file = TRY(open_rooted(root, folder, O_RDONLY | O_DIRECTORY, 0));
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(::fdopendir(file.get()), ::closedir);
  if (!opened) return last_error();
  const int number = file.release();
  std::vector<std::string> out;
  while (const dirent* entry = ::readdir(opened.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") out.push_back(is_folder(number, *entry) ? name + "/" : name);
  }
  std::ranges::sort(out);
  return out;
}

std::string LinuxHost::working_directory() { return procfs::read_link("/proc/self/cwd"); }

Result<std::string> LinuxHost::md5(Root root, const std::string& path) {
  const auto file = TRY(open_rooted(root, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0));
  MD5_CTX context;
  MD5Init(&context);
  std::array<std::uint8_t, 65536> piece{};
  for (;;) {
    const auto got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_error();
    if (got == 0) break;
    MD5Update(&context, piece.data(), static_cast<std::size_t>(got));
  }
  std::array<char, MD5_DIGEST_STRING_LENGTH> digits{};
  return std::string(MD5End(&context, digits.data()));
}

}  // namespace stub
