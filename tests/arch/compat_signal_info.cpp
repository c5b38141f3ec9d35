// siginfo_t of 32-bit programs. The 64-bit ones are the C library's own; offsets in the result are those of struct
// compat_siginfo (include/linux/compat.h).
#include "stub/arch/compat_signal_info.hpp"

#include <csignal>
#include <cstring>

#include "protocol/little_endian.hpp"
#include "tests/support/catch.hpp"

using namespace stub;

namespace {

struct Converted {
  Bytes bytes;
  explicit Converted(const siginfo_t& info) {
    Bytes native(sizeof info);
    std::memcpy(native.data(), &info, sizeof info);
    bytes = arch::compat_signal_info(native);
  }
  [[nodiscard]] std::int32_t at(std::size_t offset) const {
    return static_cast<std::int32_t>(from_little_endian(ByteView(bytes).subspan(offset, 4)));
  }
  [[nodiscard]] bool zero_from(std::size_t offset) const {
    return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes.end(), [](auto b) { return b == 0; });
  }
};

siginfo_t info(int signal, int code) {
  siginfo_t out{};
  out.si_signo = signal;
  out.si_errno = 77;
  out.si_code = code;
  return out;
}

void* pointer(std::uint64_t value) { return reinterpret_cast<void*>(value); }

}  // namespace

TEST_CASE("the head of a siginfo is the same, and its size") {
  const Converted got(info(SIGUSR1, SI_USER));
  CHECK(got.bytes.size() == 128);
  CHECK(got.at(0) == SIGUSR1);
  CHECK(got.at(4) == 77);
  CHECK(got.at(8) == SI_USER);
}

TEST_CASE("a signal that was sent has its sender") {
  auto from = info(SIGUSR1, SI_USER);
  from.si_pid = 4711, from.si_uid = 1000;
  const Converted got(from);
  CHECK(got.at(12) == 4711);
  CHECK(got.at(16) == 1000);
  CHECK(got.zero_from(20));
}

TEST_CASE("a signal that was queued has its value, cut to 32 bits") {
  for (const int code : {SI_QUEUE, SI_TKILL, SI_MESGQ, SI_ASYNCIO}) {
    auto from = info(SIGRTMIN, code);
    from.si_pid = 4711, from.si_uid = 1000, from.si_ptr = pointer(0x1234567889abcdef);
    const Converted got(from);
    CHECK(got.at(12) == 4711);
    CHECK(got.at(16) == 1000);
    CHECK(got.at(20) == static_cast<std::int32_t>(0x89abcdef));
    CHECK(got.zero_from(24));
  }
}

TEST_CASE("a timer's signal has timer, overrun and value") {
  auto from = info(SIGALRM, SI_TIMER);
  from.si_timerid = 3, from.si_overrun = 9, from.si_int = -5;
  const Converted got(from);
  CHECK(got.at(12) == 3);
  CHECK(got.at(16) == 9);
  CHECK(got.at(20) == -5);
  CHECK(got.zero_from(24));
}

TEST_CASE("a child's end has its status and times") {
  auto from = info(SIGCHLD, CLD_EXITED);
  from.si_pid = 4711, from.si_uid = 1000, from.si_status = 6, from.si_utime = 11, from.si_stime = 12;
  const Converted got(from);
  CHECK(got.at(12) == 4711);
  CHECK(got.at(16) == 1000);
  CHECK(got.at(20) == 6);
  CHECK(got.at(24) == 11);
  CHECK(got.at(28) == 12);
  CHECK(got.zero_from(32));
}

TEST_CASE("a fault has its address") {
  const std::vector<std::pair<int, int>> faults = {
      {SIGSEGV, SEGV_MAPERR}, {SIGSEGV, SEGV_ACCERR}, {SIGBUS, BUS_ADRALN},  {SIGILL, ILL_ILLOPN},
      {SIGFPE, FPE_INTDIV},   {SIGTRAP, TRAP_TRACE},  {SIGTRAP, TRAP_HWBKPT}};
  for (const auto& [signal, code] : faults) {
    CAPTURE(signal, code);
    auto from = info(signal, code);
    from.si_addr = pointer(0xf7fca123);
    const Converted got(from);
    CHECK(got.at(12) == static_cast<std::int32_t>(0xf7fca123));
    CHECK(got.zero_from(16));
  }
}

TEST_CASE("faults with more than an address have it") {
  auto memory = info(SIGBUS, BUS_MCEERR_AO);
  memory.si_addr = pointer(0x1000), memory.si_addr_lsb = 12;
  CHECK(Converted(memory).at(12) == 0x1000);
  CHECK(Converted(memory).at(16) == 12);

  auto bounds = info(SIGSEGV, SEGV_BNDERR);
  bounds.si_addr = pointer(0x1000), bounds.si_lower = pointer(0x2000), bounds.si_upper = pointer(0x3000);
  CHECK(Converted(bounds).at(12) == 0x1000);
  CHECK(Converted(bounds).at(20) == 0x2000);
  CHECK(Converted(bounds).at(24) == 0x3000);

  auto key = info(SIGSEGV, SEGV_PKUERR);
  key.si_addr = pointer(0x1000), key.si_pkey = 7;
  CHECK(Converted(key).at(12) == 0x1000);
  CHECK(Converted(key).at(20) == 7);
  CHECK(Converted(key).zero_from(24));
}

// The C library has no names for these: si_perf_data is at 24, si_perf_type at 32, si_perf_flags at 36.
TEST_CASE("a performance counter's trap has data, type and flags") {
  auto from = info(SIGTRAP, 6 /* TRAP_PERF */);
  Bytes native(sizeof from);
  std::memcpy(native.data(), &from, sizeof from);
  native[16] = 0x10, native[24] = 0x20, native[32] = 0x30, native[36] = 0x40;
  const auto got = arch::compat_signal_info(native);
  CHECK(got[12] == 0x10);
  CHECK(got[16] == 0x20);
  CHECK(got[20] == 0x30);
  CHECK(got[24] == 0x40);
}

TEST_CASE("input and output have band and descriptor, whichever signal tells of them") {
  const std::vector<std::pair<int, int>> told = {{SIGPOLL, POLL_IN}, {SIGRTMIN, POLL_IN}, {SIGIO, SI_SIGIO}};
  for (const auto& [signal, code] : told) {
    auto from = info(signal, code);
    from.si_band = 0x41, from.si_fd = 5;
    const Converted got(from);
    CHECK(got.at(12) == 0x41);
    CHECK(got.at(16) == 5);
    CHECK(got.zero_from(20));
  }
}

TEST_CASE("a forbidden system call has its place, number and architecture") {
  auto from = info(SIGSYS, 1 /* SYS_SECCOMP */);
  from.si_call_addr = pointer(0xf7fc7589), from.si_syscall = 20, from.si_arch = 0x40000003;
  const Converted got(from);
  CHECK(got.at(12) == static_cast<std::int32_t>(0xf7fc7589));
  CHECK(got.at(16) == 20);
  CHECK(got.at(20) == 0x40000003);
  CHECK(got.zero_from(24));
}

TEST_CASE("a breakpoint instruction's trap is the kernel's, with nothing more") {
  const Converted got(info(SIGTRAP, SI_KERNEL));
  CHECK(got.at(8) == SI_KERNEL);
  CHECK(got.zero_from(12));
}

TEST_CASE("too few bytes are taken as if zeros followed") {
  CHECK(arch::compat_signal_info({}) == Bytes(128));
  CHECK(arch::compat_signal_info(Bytes{11, 0, 0, 0, 0, 0, 0, 0, 1})[0] == 11);
}
