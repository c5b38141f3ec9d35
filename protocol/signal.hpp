// Signals on the wire and in the kernel: two numberings, two types. gdb has its own numbers
// (gdb/include/gdb/signals.def); lldb uses the kernel's (asm/signal.h of x86, Arm and RISC-V alike).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace stub {

enum class WireSignal : std::uint8_t {};
enum class KernelSignal : std::uint8_t {};  // 0: none

[[nodiscard]] constexpr std::uint8_t number(WireSignal s) { return std::to_underlying(s); }
[[nodiscard]] constexpr int number(KernelSignal s) { return std::to_underlying(s); }

namespace signals {
constexpr KernelSignal none{0}, interrupt{2}, trap{5}, kill{9}, segmentation_fault{11}, stop{19};
}

enum class SignalNumbering : std::uint8_t { gdb, native };

[[nodiscard]] WireSignal to_wire(KernelSignal signal, SignalNumbering numbering);
// Nothing if the kernel has no such signal.
[[nodiscard]] std::optional<KernelSignal> to_kernel(WireSignal signal, SignalNumbering numbering);

// "SIGSEGV"; real-time signals share one description.
[[nodiscard]] std::string_view signal_name(KernelSignal signal);

}  // namespace stub
