#include "stub/linux/rooted_path.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>

#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

Result<Fd> opened(int number) {
  if (number < 0) return fail_system(errno, "cannot open the file");
  return Fd(number);
}

bool sees_our_files(Pid pid) {
  const auto theirs = procfs::read_link(procfs::of(pid, "ns/mnt"));
  return theirs == procfs::read_link("/proc/self/ns/mnt") && procfs::read_link(procfs::of(pid, "root")) == "/";
}

int openat2(int folder, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<decltype(how.flags)>(flags);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_IN_ROOT;
  return static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how));
}

// Kernels before 5.6 and older seccomp profiles have no openat2; it also refuses the magic links of /proc.
bool without_openat2(int error_number) {
  return error_number == ENOSYS || error_number == EPERM || error_number == ELOOP;
}

}  // namespace

Result<Fd> open_rooted(Host::Root root, const std::string& path, int flags, mode_t mode) {
  flags |= O_CLOEXEC;
  if (!root || sees_our_files(*root)) return opened(::open(path.c_str(), flags, mode));
  const auto folder = procfs::of(*root, "root");
  const Fd top(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top) return fail_system(errno, "cannot open the root of the process");
  const int number = openat2(top.get(), path, flags, mode);
  if (number >= 0 || !without_openat2(errno)) return opened(number);
  return opened(::open((folder + "/" + path).c_str(), flags, mode));
}

Result<Place> place_of(Host::Root root, const std::string& path) {
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  auto opened = TRY(open_rooted(root, folder, O_PATH | O_DIRECTORY, 0));
  return Place{std::move(opened), slash == std::string::npos ? path : path.substr(slash + 1)};
}

}  // namespace stub
