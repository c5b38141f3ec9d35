// StopEvent: what a debuggee did, as a value: one per thread and stop, or the end of a process.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "protocol/commands/stoppoint.hpp"
#include "protocol/signal.hpp"
#include "protocol/types.hpp"

namespace stub {

namespace stop {
// clang-format off: a line for each
struct Breakpoint { Address address; };          // one of ours; the pc is back at it
struct ProgramBreakpoint { Address address; };   // the program's own; the pc is behind it
struct HardwareBreakpoint { Stoppoint stoppoint; };  // one of ours; the pc is at it
struct Watchpoint {
  Stoppoint stoppoint;
  Address hit;             // within it: where the part begins that was touched
  std::uint32_t slot = 0;  // which debug register
};
struct Step {};
struct Signal { KernelSignal signal{}; };        // about to be delivered
struct Exec { std::string path; };
struct Fork {                                    // the caller is still in its system call
  ThreadId child;
  enum class Kind : std::uint8_t { fork, vfork } kind{};
};
struct VforkDone {};                             // the child has its own memory now, or is gone
struct Clone { ThreadId child; };                // likewise: a thread of the same process, which waits to be resumed
struct ThreadBirth {};                           // the thread is new, and waits to be resumed
struct ThreadExit { int code = 0; };             // the thread is gone
struct SystemCall {
  enum class At : std::uint8_t { entry, exit } at{};
  std::uint64_t number = 0;
};
struct Halted {};                                // it was asked to
struct Exited { int code = 0; };                 // the process, or in a wait status a task
struct Killed { KernelSignal signal{}; };        // likewise
// clang-format on
}  // namespace stop

// What a shell shows of a program that a signal has ended.
[[nodiscard]] constexpr int shell_status(KernelSignal signal) { return 128 + number(signal); }

// What a shell would show of an end, whoever tells of it; 0 of anything else.
template <class... Kinds>
[[nodiscard]] int exit_status(const std::variant<Kinds...>& what) {
  if (const auto* killed = std::get_if<stop::Killed>(&what)) return shell_status(killed->signal);
  const auto* exited = std::get_if<stop::Exited>(&what);
  return exited == nullptr ? 0 : exited->code;
}

struct StopEvent {
  ThreadId thread;
  std::variant<stop::Breakpoint, stop::ProgramBreakpoint, stop::HardwareBreakpoint, stop::Watchpoint, stop::Step,
               stop::Signal, stop::Exec, stop::Fork, stop::VforkDone, stop::Clone, stop::ThreadBirth, stop::ThreadExit,
               stop::SystemCall, stop::Halted, stop::Exited, stop::Killed>
      what;

  // The process is gone with this event.
  [[nodiscard]] bool ends_process() const {
    return std::holds_alternative<stop::Exited>(what) || std::holds_alternative<stop::Killed>(what);
  }
  // The thread is gone with this event, if not the whole process.
  [[nodiscard]] bool ends_thread() const { return ends_process() || std::holds_alternative<stop::ThreadExit>(what); }
};

}  // namespace stub
