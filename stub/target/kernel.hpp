// Kernel: what tracing can do, as ptrace(2), waitpid(2) and /proc offer it. One implementation asks Linux; the tests'
// is a toy machine. Tracees are always seized (PTRACE_SEIZE), never attached to by SIGSTOP.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/signal.hpp"
#include "protocol/types.hpp"
#include "stub/arch/architecture.hpp"
#include "stub/arch/debug_registers_x86.hpp"
#include "stub/target/stop_event.hpp"

namespace stub {

// What one wait status says, with all that belongs to it read when it was reaped.
namespace wait_status {
// clang-format off: a line for each
using stop::Exited;
using stop::Killed;
struct SignalStop {             // signal-delivery-stop, and the SIGTRAPs of breakpoints and steps
  KernelSignal signal{};
  int code = 0;                 // siginfo's si_code where the signal is SIGTRAP, else 0
};
struct InterruptStop {};        // PTRACE_EVENT_STOP after PTRACE_INTERRUPT, or a new tracee's first
struct GroupStop { KernelSignal signal{}; };
struct NewTask {                // fork, vfork or clone
  enum class Kind : std::uint8_t { fork, vfork, clone };
  Kind kind{};
  Tid child{};
};
struct VforkDone {};
struct SystemCallStop {         // PTRACE_SYSCALL
  bool entry = false;
  std::uint64_t number = 0;
};
struct Exec { Tid former{}; };  // the thread that called it; it is the leader now
// clang-format on
}  // namespace wait_status

using WaitReason = std::variant<wait_status::Exited, wait_status::Killed, wait_status::SignalStop,
                                wait_status::InterruptStop, wait_status::GroupStop, wait_status::NewTask,
                                wait_status::VforkDone, wait_status::SystemCallStop, wait_status::Exec>;

struct WaitStatus {
  Tid tid{};
  WaitReason reason;
};

// asm-generic/siginfo.h
constexpr int trap_breakpoint = 1, trap_trace = 2, trap_hardware = 4, si_kernel = 0x80;
// A step that has ended in a signal handler (kernel/signal.c, ptrace_notify).
constexpr int trap_handler = 5;

enum class ResumeHow : std::uint8_t { run, run_to_system_call, step, listen };
enum class OnTracerDeath : std::uint8_t { leave, kill };

struct LaunchRequest {
  std::vector<std::string> arguments;                   // the program first
  std::optional<std::vector<std::string>> environment;  // NAME=VALUE; none: our own
  std::string working_directory;                        // empty: our own
  std::array<std::string, 3> files;                     // opened as standard input, output and error; empty: our own
  bool disable_randomization = true;
  // The program is there after so many execs: a shell before it makes one, a wrapper another.
  unsigned execs = 1;
};

struct MemoryRegion {
  Address start, end;
  std::uint64_t offset = 0;  // bytes, in the file
  bool readable = false, writable = false, executable = false, shared = false;
  std::string name;  // path, or "[heap]" and the like; empty: none
};

struct ThreadFacts {
  std::string name;
  std::optional<std::uint32_t> core;  // where it ran last
};

// Which process a thread belongs to, and whose child that is.
struct Family {
  Pid process{}, parent{};
};

class Kernel {
 public:
  using Milliseconds = std::chrono::milliseconds;

  Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  virtual ~Kernel() = default;

  // Starts a program and seizes it; it is stopped at its exec. It dies with us.
  virtual Result<Pid> launch(const LaunchRequest& request) = 0;
  // Errc::no_thread where a thread is gone: that is news, not a failure.
  virtual Result<> seize(ThreadId thread, OnTracerDeath on_death) = 0;
  virtual Result<> interrupt(Tid tid) = 0;
  virtual Result<> resume(Tid tid, ResumeHow how, KernelSignal signal) = 0;
  virtual Result<> detach(Tid tid, KernelSignal signal) = 0;
  // Sends a signal to a process; none: nothing happens.
  virtual Result<> send_signal(Pid pid, KernelSignal signal) = 0;
  // Sends a signal to one thread of ours.
  virtual Result<> queue_signal(ThreadId thread, KernelSignal signal) = 0;

  // The next status of one thread, or of any; nothing after `bound`, or when a tick cuts the wait short.
  virtual std::optional<WaitStatus> wait(Tid tid, Milliseconds bound) = 0;
  virtual std::optional<WaitStatus> wait_any(Milliseconds bound) = 0;
  // The same without waiting.
  virtual std::optional<WaitStatus> poll_any() = 0;

  virtual Result<Bytes> read_register_set(Tid tid, const arch::RegisterSet& set) = 0;
  virtual Result<> write_register_set(Tid tid, const arch::RegisterSet& set, ByteView bytes) = 0;
  virtual Result<> write_debug_registers(Tid tid, const arch::DebugRegisters& registers) = 0;
  // DR6; reading it clears it.
  virtual Result<std::uint64_t> take_debug_status(Tid tid) = 0;
  // Where a segment of a 32-bit thread's own begins.
  virtual Result<Address> segment_base(Tid tid, std::uint64_t selector) = 0;

  // How many bytes could be read from the start on.
  virtual std::size_t read_memory(Pid pid, Address address, std::span<std::uint8_t> out) = 0;
  // All or an error; the thread must be stopped.
  virtual Result<> write_memory(ThreadId stopped, Address address, ByteView bytes) = 0;
  // The process has another address space now (exec), or is gone.
  virtual void forget_memory(Pid pid) = 0;

  virtual Result<Bytes> signal_info(Tid tid) = 0;
  virtual Result<> set_signal_info(Tid tid, ByteView bytes) = 0;
  virtual std::vector<Tid> threads_of(Pid pid) = 0;
  virtual bool is_thread_of(ThreadId thread) = 0;
  // Nothing if the thread is gone.
  virtual std::optional<Family> family_of(Tid tid) = 0;
  // A leader that has ended while its threads live on: it will not stop and cannot be resumed.
  virtual bool is_zombie(ThreadId thread) = 0;
  // A signal waits to be delivered to this very thread.
  virtual bool has_pending(ThreadId thread, KernelSignal signal) = 0;
  virtual ThreadFacts thread_facts(ThreadId thread) = 0;
  virtual Bytes elf_header(Pid pid) = 0;
  virtual std::string executable_path(Pid pid) = 0;
  virtual Result<Bytes> auxv(Pid pid) = 0;
  virtual Result<std::vector<MemoryRegion>> memory_map(Pid pid) = 0;
  virtual arch::XsaveLayout xsave_layout() = 0;
};

}  // namespace stub
