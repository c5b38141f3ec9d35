#include "stub/arch/compat_signal_info.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "protocol/little_endian.hpp"

namespace stub::arch {
namespace {

// Where a field is in the one and in the other; only its low bytes fit where it gets smaller.
struct Field {
  std::size_t from, to, size;  // bytes
};
using Fields = std::span<const Field>;

constexpr std::array head = {Field{0, 0, 4}, Field{4, 4, 4}, Field{8, 8, 4}};          // si_signo, si_errno, si_code
constexpr std::array sent = {Field{16, 12, 4}, Field{20, 16, 4}};                      // si_pid, si_uid
constexpr std::array queued = {Field{16, 12, 4}, Field{20, 16, 4}, Field{24, 20, 4}};  // and si_value
constexpr std::array timer = queued;  // si_timerid, si_overrun, si_value
// si_pid, si_uid, si_status, si_utime, si_stime
constexpr std::array child = {Field{16, 12, 4}, Field{20, 16, 4}, Field{24, 20, 4}, Field{32, 24, 4}, Field{40, 28, 4}};
constexpr std::array fault = {Field{16, 12, 4}};                                             // si_addr
constexpr std::array hardware_fault = {Field{16, 12, 4}, Field{24, 16, 2}};                  // and si_addr_lsb
constexpr std::array bounds_fault = {Field{16, 12, 4}, Field{32, 20, 4}, Field{40, 24, 4}};  // and si_lower, si_upper
constexpr std::array key_fault = {Field{16, 12, 4}, Field{32, 20, 4}};                       // and si_pkey
// and si_perf_data, si_perf_type, si_perf_flags
constexpr std::array counter_fault = {Field{16, 12, 4}, Field{24, 16, 4}, Field{32, 20, 4}, Field{36, 24, 4}};
constexpr std::array poll = {Field{16, 12, 4}, Field{24, 16, 4}};  // si_band, si_fd
constexpr std::array call = {Field{16, 12, 4}, Field{24, 16, 4},
                             Field{28, 20, 4}};  // si_call_addr, si_syscall, si_arch

// asm-generic/siginfo.h, asm/signal.h
constexpr std::int32_t si_user = 0, si_kernel = 0x80, si_timer = -2, si_sigio = -5, last_poll_code = 6;
constexpr std::int32_t bus_mceerr_ar = 4, bus_mceerr_ao = 5, segv_bnderr = 3, segv_pkuerr = 4, trap_perf = 6;
enum : std::int32_t {
  sigill = 4,
  sigtrap = 5,
  sigbus = 7,
  sigfpe = 8,
  sigsegv = 11,
  sigchld = 17,
  sigpoll = 29,
  sigsys = 31
};

Fields fields_of_kernels_own(std::int32_t signal, std::int32_t code) {
  switch (signal) {
    case sigill:
    case sigfpe:
      return fault;
    case sigtrap:
      return code == trap_perf ? Fields(counter_fault) : Fields(fault);
    case sigbus:
      return code == bus_mceerr_ar || code == bus_mceerr_ao ? Fields(hardware_fault) : Fields(fault);
    case sigsegv:
      return code == segv_bnderr ? Fields(bounds_fault) : code == segv_pkuerr ? Fields(key_fault) : Fields(fault);
    case sigchld:
      return child;
    case sigpoll:
      return poll;
    case sigsys:
      return call;
    default:  // fcntl(2), F_SETSIG: any signal can be SIGPOLL's
      return code <= last_poll_code ? Fields(poll) : Fields(sent);
  }
}

// kernel/signal.c, siginfo_layout()
Fields fields_of(std::int32_t signal, std::int32_t code) {
  if (code > si_user && code < si_kernel) return fields_of_kernels_own(signal, code);
  if (code == si_timer) return timer;
  if (code == si_sigio) return poll;
  return code < 0 ? Fields(queued) : Fields(sent);
}

std::int32_t number_at(ByteView bytes, std::size_t offset) {
  return static_cast<std::int32_t>(from_little_endian(bytes.subspan(offset, 4)));
}

}  // namespace

Bytes compat_signal_info(ByteView native) {
  Bytes whole(native.begin(), native.end());
  whole.resize(signal_info_size);
  Bytes out(signal_info_size);
  const auto copy = [&](Fields fields) {
    for (const auto& field : fields)
      std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(field.from), field.size,
                  out.begin() + static_cast<std::ptrdiff_t>(field.to));
  };
  copy(head);
  copy(fields_of(number_at(whole, 0), number_at(whole, 8)));
  return out;
}

}  // namespace stub::arch
