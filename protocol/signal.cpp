#include "protocol/signal.hpp"

#include <algorithm>
#include <array>

namespace stub {
namespace {

struct Row {
  std::uint8_t kernel;
  std::uint8_t gdb;
  std::string_view name;
};

constexpr std::uint8_t gdb_unknown = 143;  // GDB_SIGNAL_UNKNOWN

// clang-format off: columns
constexpr std::array rows = {
    Row{1, 1, "SIGHUP"},     Row{2, 2, "SIGINT"},     Row{3, 3, "SIGQUIT"},   Row{4, 4, "SIGILL"},
    Row{5, 5, "SIGTRAP"},    Row{6, 6, "SIGABRT"},    Row{7, 10, "SIGBUS"},   Row{8, 8, "SIGFPE"},
    Row{9, 9, "SIGKILL"},    Row{10, 30, "SIGUSR1"},  Row{11, 11, "SIGSEGV"}, Row{12, 31, "SIGUSR2"},
    Row{13, 13, "SIGPIPE"},  Row{14, 14, "SIGALRM"},  Row{15, 15, "SIGTERM"}, Row{16, gdb_unknown, "SIGSTKFLT"},
    Row{17, 20, "SIGCHLD"},  Row{18, 19, "SIGCONT"},  Row{19, 17, "SIGSTOP"}, Row{20, 18, "SIGTSTP"},
    Row{21, 21, "SIGTTIN"},  Row{22, 22, "SIGTTOU"},  Row{23, 16, "SIGURG"},  Row{24, 24, "SIGXCPU"},
    Row{25, 25, "SIGXFSZ"},  Row{26, 26, "SIGVTALRM"}, Row{27, 27, "SIGPROF"}, Row{28, 28, "SIGWINCH"},
    Row{29, 23, "SIGIO"},    Row{30, 32, "SIGPWR"},   Row{31, 12, "SIGSYS"},
};
// clang-format on

// Real-time signals: 33…63 are gdb's 45…75; 32 and 64 came later and stand apart (signals.def).
constexpr std::uint8_t first_realtime = 32, last_realtime = 64;

std::uint8_t realtime_to_gdb(std::uint8_t kernel) {
  if (kernel == first_realtime) return 77;
  if (kernel == last_realtime) return 78;
  return static_cast<std::uint8_t>(kernel - 33 + 45);
}

}  // namespace

WireSignal to_wire(KernelSignal signal, SignalNumbering numbering) {
  const auto kernel = std::to_underlying(signal);
  if (numbering == SignalNumbering::native || kernel == 0) return WireSignal{kernel};
  if (kernel >= first_realtime && kernel <= last_realtime) return WireSignal{realtime_to_gdb(kernel)};
  const auto* row = std::ranges::find(rows, kernel, &Row::kernel);
  return WireSignal{row == rows.end() ? gdb_unknown : row->gdb};
}

std::optional<KernelSignal> to_kernel(WireSignal signal, SignalNumbering numbering) {
  const auto wire = std::to_underlying(signal);
  if (wire == 0) return signals::none;
  if (numbering == SignalNumbering::native) {
    if (wire > last_realtime) return std::nullopt;
    return KernelSignal{wire};
  }
  if (wire == gdb_unknown) return std::nullopt;
  const auto* row = std::ranges::find(rows, wire, &Row::gdb);
  if (row != rows.end()) return KernelSignal{row->kernel};
  for (auto kernel = first_realtime; kernel <= last_realtime; ++kernel)
    if (realtime_to_gdb(kernel) == wire) return KernelSignal{kernel};
  return std::nullopt;
}

std::string_view signal_name(KernelSignal signal) {
  const auto* row = std::ranges::find(rows, std::to_underlying(signal), &Row::kernel);
  return row == rows.end() ? "a real-time signal" : row->name;
}

}  // namespace stub
