#include "stub/linux/memory_access.hpp"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

constexpr std::size_t page_size = 4096;

std::size_t to_page_end(Address address, std::size_t length) {
  return std::min(length, page_size - static_cast<std::size_t>(address.value % page_size));
}

std::size_t read_vm(Pid pid, Address address, std::span<std::uint8_t> out) {
  const iovec local{out.data(), out.size()};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel's interface wants a pointer into another process
  const iovec remote{reinterpret_cast<void*>(address.value), out.size()};
  const auto got = ::process_vm_readv(number(pid), &local, 1, &remote, 1, 0);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

std::size_t read_file(int file, Address address, std::span<std::uint8_t> out) {
  const auto got = ::pread64(file, out.data(), out.size(), static_cast<off64_t>(address.value));
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

// A word at a time; the bytes around the ones meant are written back as they are.
bool poke(Tid tid, Address address, ByteView bytes) {
  constexpr std::size_t word_size = sizeof(long);
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

// A read that crosses into an unreadable page comes back short or not at all, by the method: the rest is taken page
// by page. pread(2) refuses addresses with the top bit set, where the vsyscall page is.
std::size_t MemoryAccess::read(Pid pid, Address address, std::span<std::uint8_t> out) {
  const int file = files(pid).file.get();
  const auto once = [&](Address at, std::span<std::uint8_t> to) {
    const auto got = file >= 0 ? read_file(file, at, to) : 0;
    return got != 0 ? got : read_vm(pid, at, to);
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
