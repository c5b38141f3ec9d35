// Stop replies: values to wire text, for gdb and for lldb; the only place that spells "T05".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/commands/stoppoint.hpp"
#include "protocol/selector.hpp"
#include "protocol/signal.hpp"
#include "protocol/types.hpp"

namespace stub {

// Why a thread stopped, as clients are told.
namespace stop_reason {
// clang-format off: a line for each
struct None {};  // it was stopped because another thread did
struct Signal { std::string description; };  // of a fault, for lldb; empty: none
struct SoftwareBreakpoint {};
struct HardwareBreakpoint {};
struct Watchpoint {
  Stoppoint stoppoint;      // as it was set
  Address hit;              // within it: where the part begins that was touched
  std::uint32_t slot = 0;   // which debug register
};
struct Step {};
struct Interrupt {};        // the client asked for it
struct Exec { std::string path; };
struct Fork { ThreadId child; };
struct Vfork { ThreadId child; };
struct VforkDone {};
struct Clone { ThreadId child; };
struct ThreadBirth {};
struct SystemCallEntry { std::uint64_t number = 0; };
struct SystemCallReturn { std::uint64_t number = 0; };
// clang-format on
}  // namespace stop_reason

using StopReason =
    std::variant<stop_reason::None, stop_reason::Signal, stop_reason::SoftwareBreakpoint,
                 stop_reason::HardwareBreakpoint, stop_reason::Watchpoint, stop_reason::Step, stop_reason::Interrupt,
                 stop_reason::Exec, stop_reason::Fork, stop_reason::Vfork, stop_reason::VforkDone, stop_reason::Clone,
                 stop_reason::ThreadBirth, stop_reason::SystemCallEntry, stop_reason::SystemCallReturn>;

struct RegisterValue {
  RegisterNumber number{};
  Bytes bytes;  // in the debuggee's byte order
};

struct MemoryValue {
  Address address;
  Bytes bytes;
};

struct StoppedThread {
  ThreadId id;
  std::string name;
  KernelSignal signal{};
  StopReason reason;
  Address pc;
  // Sent along because the client asks for them next anyway.
  std::vector<RegisterValue> registers;
  std::vector<MemoryValue> memory;
};

// GDB manual, "Stop Reply Packets". Reasons that gdb must have asked for are left out unless it did.
struct GdbStopFormat {
  ThreadIdForm ids{};
  bool software_breakpoints = false;  // swbreak+
  bool hardware_breakpoints = false;  // hwbreak+
  bool exec_events = false;           // exec-events+
  bool thread = true;                 // which it was
  bool details = true;                // all but the signal
};
[[nodiscard]] std::string gdb_stop_reply(const StoppedThread& stop, const GdbStopFormat& format);

// What lldb-server sends: thread first, all the others behind it; and what it does not, but lldb reads.
struct LldbStopFormat {
  ThreadIdForm ids{};
  bool list_threads = false;  // QListThreadsInStopReply
  bool expedite = false;      // registers of all threads, and memory
};
[[nodiscard]] std::string lldb_stop_reply(const StoppedThread& stop, const std::vector<StoppedThread>& all,
                                          const LldbStopFormat& format);

// jThreadsInfo: every thread with its reason and registers.
[[nodiscard]] std::string lldb_threads_info(const std::vector<StoppedThread>& all);

struct Exit {
  Pid pid{};
  std::variant<int, KernelSignal> how;  // the code of exit(2), or the signal that killed it
};
// w: a thread's end; the code of its exit(2).
[[nodiscard]] std::string thread_exit_reply(ThreadId thread, int code, ThreadIdForm ids);
[[nodiscard]] std::string exit_reply(const Exit& exit, ThreadIdForm ids, SignalNumbering numbering);

}  // namespace stub
