#include "stub/linux/memory_access.hpp"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

constexpr std::size_t page_size = 4096;

std::size_t to_page_end(Address address, std::size_t length) {
  return std::min(length, page_size - static_cast<std::size_t>(address.value % page_size));
}

// What a method of reading says: how many bytes; 0 where the process has none there; nothing where the method itself is
// refused.
using Read = std::optional<std::size_t>;

Read read_vm(Pid pid, Address address, std::span<std::uint8_t> out) {
  const iovec local{out.data(), out.size()};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel's interface wants a pointer into another process
  const iovec remote{reinterpret_cast<void*>(address.value), out.size()};
  const auto got = ::process_vm_readv(number(pid), &local, 1, &remote, 1, 0);
  if (got >= 0) return static_cast<std::size_t>(got);
  return errno == EFAULT ? Read(0) : std::nullopt;
}

Read read_file(int file, Address address, std::span<std::uint8_t> out) {
  const auto got = ::pread64(file, out.data(), out.size(), static_cast<off64_t>(address.value));
  if (got >= 0) return static_cast<std::size_t>(got);
  return errno == EIO ? Read(0) : std::nullopt;
}

constexpr std::size_t word_size = sizeof(long);

// A word at a time, by a thread that is stopped.
Read peek(Tid tid, Address address, std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto skip = static_cast<std::size_t>((address.value + done) % word_size);
    errno = 0;
    const long word = ::ptrace(PTRACE_PEEKDATA, number(tid), address.value + done - skip, nullptr);
    if (errno == ESRCH) return std::nullopt;
    if (errno != 0) break;
    const auto count = std::min(out.size() - done, word_size - skip);
    std::memcpy(out.data() + done, reinterpret_cast<const char*>(&word) + skip, count);
    done += count;
  }
  return done;
}

std::size_t peek(Pid pid, Address address, std::span<std::uint8_t> out) {
  for (const auto tid : procfs::threads_of(pid))
    if (const auto got = peek(tid, address, out)) return *got;
  return 0;
}

// A word at a time; the bytes around the ones meant are written back as they are.
bool poke(Tid tid, Address address, ByteView bytes) {
  while (!bytes.empty()) {
    const auto skip = static_cast<std::size_t>(address.value % word_size);
    const auto count = std::min(bytes.size(), word_size - skip);
    const auto aligned = address.value - skip;
    errno = 0;
    long word = ::ptrace(PTRACE_PEEKDATA, number(tid), aligned, nullptr);
    if (errno != 0) return false;
    std::memcpy(reinterpret_cast<char*>(&word) + skip, bytes.data(), count);
    if (::ptrace(PTRACE_POKEDATA, number(tid), aligned, word) != 0) return false;
    address = address + count;
    bytes = bytes.subspan(count);
  }
  return true;
}

}  // namespace

MemoryAccess::Files& MemoryAccess::files(Pid pid) {
  auto& entry = files_[pid];
  if (entry.file) return entry;
  const auto path = procfs::of(procfs::living_thread(pid), "mem");
  entry.file = Fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  entry.writable = static_cast<bool>(entry.file);
  if (!entry.file) entry.file = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return entry;
}

// Of most processes of a build a word is read, once: that is not worth a file.
bool MemoryAccess::read_first(Pid pid, Address address, std::span<std::uint8_t> out) {
  return !std::exchange(files_[pid].called, true) && read_vm(pid, address, out) == out.size();
}

// A read that crosses into an unreadable page comes back short or not at all, by the method: the rest is taken page
// by page. pread(2) refuses addresses with the top bit set, where the vsyscall page is.
std::size_t MemoryAccess::read(Pid pid, Address address, std::span<std::uint8_t> out) {
  if (read_first(pid, address, out)) return out.size();
  const int file = files(pid).file.get();
  const auto once = [&](Address at, std::span<std::uint8_t> to) {
    const auto by_file = file >= 0 ? read_file(file, at, to) : std::nullopt;
    if (by_file.value_or(0) != 0) return *by_file;
    const auto by_call = read_vm(pid, at, to);
    return by_file || by_call ? by_call.value_or(0) : peek(pid, at, to);
  };
  auto done = once(address, out);
  while (done < out.size()) {
    const auto rest = out.subspan(done);
    const auto got = once(address + done, rest.first(to_page_end(address + done, rest.size())));
    if (got == 0) break;
    done += got;
  }
  return done;
}

Result<> MemoryAccess::write(ThreadId stopped, Address address, ByteView bytes) {
  if (bytes.empty()) return {};
  const auto& entry = files(stopped.pid);
  if (entry.writable) {
    const auto put = ::pwrite64(entry.file.get(), bytes.data(), bytes.size(), static_cast<off64_t>(address.value));
    if (put == static_cast<ssize_t>(bytes.size())) return {};
  }
  if (poke(stopped.tid, address, bytes)) return {};
  return fail(Errc::unwritable, "cannot write memory there");
}

}  // namespace stub
