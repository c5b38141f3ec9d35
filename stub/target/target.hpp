// Target: what a session may ask of debuggees. Threads stop and run one by one; that all stop together is a policy
// of the session. The engine is a Target; so are decorators (read-only, recording) and the tests' fake.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/commands/stoppoint.hpp"
#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "stub/arch/architecture.hpp"
#include "stub/target/call_observer.hpp"
#include "stub/target/kernel.hpp"
#include "stub/target/stop_event.hpp"

namespace stub {

enum class Origin : std::uint8_t { launched, attached };

struct ResumeRequest {
  enum class Kind : std::uint8_t { run, step };
  Kind kind = Kind::run;
  KernelSignal signal{};              // delivered as it goes on; 0: none
  bool sent = false;                  // as by kill(2): where another stopped the thread, or none, this one will
  std::optional<AddressRange> range;  // of a step: goes on for as long as the pc is in it

  friend bool operator==(const ResumeRequest&, const ResumeRequest&) = default;
};

// What else than its stops is told of a process. Children are told of inherit it.
struct Interests {
  bool forks = false;   // then the child is a process of ours, stopped; otherwise it runs on by itself
  bool vforks = false;  // likewise, and when the child is done with the memory
  bool thread_births = false, thread_exits = false;
  // Nobody looks at its stops, and it goes on at once: an exec is told from inside the call.
  bool passing = false;
  std::optional<std::set<std::uint64_t>> system_calls;  // by number; an empty set: all
};

// The same for one thread; threads that it clones inherit it.
struct ThreadInterests {
  bool clones = false, exit = false;
};

// Whether events that a hold has held back are taken too. A fork, with which a client has a process more, is news that
// some clients take one of at a time.
enum class HeldBack : std::uint8_t { leave, take, take_but_forks };

[[nodiscard]] inline bool left(const StopEvent& event, HeldBack held_back) {
  return held_back == HeldBack::leave ||
         (held_back == HeldBack::take_but_forks && std::holds_alternative<stop::Fork>(event.what));
}

// Of instructions that a thread has executed.
struct Count {
  enum class State : std::uint8_t { goes_on, arrived, stopped, gone };
  State state{};
  std::uint64_t instructions = 0;

  friend bool operator==(const Count&, const Count&) = default;
};

struct BreakpointInfo {
  Address address;
  Bytes original;  // what is really there
  std::uint64_t hits = 0;
};

struct Permissions {
  bool readable = false, writable = false, executable = false;
};

class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  [[nodiscard]] virtual std::vector<Pid> processes() const = 0;
  [[nodiscard]] virtual std::vector<ThreadId> threads(Pid pid) const = 0;
  [[nodiscard]] virtual bool stopped(ThreadId thread) const = 0;
  // Null if there is no such process.
  [[nodiscard]] virtual const arch::Architecture* architecture(Pid pid) const = 0;
  [[nodiscard]] virtual std::optional<Origin> origin(Pid pid) const = 0;

  // Makes a stopped thread run. A stop that it has not reported yet comes first.
  virtual Result<> resume(ThreadId thread, ResumeRequest request) = 0;
  // Stops all threads of a process and returns when they are; nothing is reported of those that had nothing to say.
  virtual void hold(Pid pid) = 0;
  // Asks a running thread to stop, which is then told (stop::Halted), unless it stops for another reason first.
  virtual void halt(ThreadId thread) = 0;
  // The next event, oldest first; those whose reason is gone by now (a breakpoint removed, a pc moved) are dropped.
  // A hold holds back what has not been taken; the thread's next resume sets it free again.
  // Of these processes only, if they are given.
  virtual std::optional<StopEvent> next_event(HeldBack held_back, const std::set<Pid>* only = nullptr) = 0;
  // Who is told of each system call of a process and of its children from now on, whether or not a client catches it.
  // Null: nobody.
  virtual Result<> observe_calls(Pid pid, CallObserver* observer) = 0;
  // A stopped thread runs instruction by instruction until it comes to an address, or does what is an event; the others
  // stay as they are. count_on() works at it for so long and says how many it were; end_count() stops the thread where
  // it is. Counted as stopped: with no event it is there, or was ended.
  virtual Result<> begin_count(ThreadId thread, std::optional<Address> until) = 0;
  virtual Result<Count> count_on(ThreadId thread, Kernel::Milliseconds bound) = 0;
  virtual Result<Count> end_count(ThreadId thread) = 0;
  virtual Result<> kill(Pid pid) = 0;
  virtual Result<> detach(Pid pid) = 0;
  virtual void pass_signals(Pid pid, std::set<KernelSignal> signals) = 0;
  virtual void set_interests(Pid pid, Interests interests) = 0;
  virtual void set_interests(ThreadId thread, ThreadInterests interests) = 0;
  // Which signals that the program has not got yet it gets when it is let go; none said: all but those that stop a
  // program for its debugger (SIGTRAP, a reported SIGINT).
  virtual void deliver_at_detach(Pid pid, std::optional<std::set<KernelSignal>> signals) = 0;

  // The thread must be stopped for all of these.
  virtual Result<Bytes> read_register(ThreadId thread, RegisterNumber reg) = 0;
  virtual Result<> write_register(ThreadId thread, RegisterNumber reg, ByteView value) = 0;
  // All registers of a set, as the kernel has them: a row of Architecture::sets.
  virtual Result<Bytes> register_set(ThreadId thread, std::size_t set) = 0;
  // A copy to come back to; the same thread's, and still of the same architecture.
  virtual Result<std::uint64_t> save_registers(ThreadId thread) = 0;
  virtual Result<> restore_registers(ThreadId thread, std::uint64_t id) = 0;
  // Where a segment of a 32-bit thread's own begins.
  virtual Result<Address> segment_base(ThreadId thread, std::uint64_t selector) = 0;
  virtual Result<Bytes> signal_info(ThreadId thread) = 0;
  // All of it: as long as it was read.
  virtual Result<> set_signal_info(ThreadId thread, ByteView bytes) = 0;

  // What is readable from the start on, without breakpoints; an error if that is nothing.
  virtual Result<Bytes> read_memory(Pid pid, Address address, std::size_t length) = 0;
  virtual Result<> write_memory(Pid pid, Address address, ByteView bytes) = 0;
  virtual Result<Address> allocate_memory(ThreadId thread, std::uint64_t size, Permissions permissions) = 0;
  virtual Result<> deallocate_memory(ThreadId thread, Address address) = 0;
  virtual Result<std::vector<MemoryRegion>> memory_map(Pid pid) = 0;

  // Idempotent both ways; a breakpoint that is there already gets the new actions.
  virtual Result<> insert(Pid pid, const Stoppoint& stoppoint, const HitActions& actions) = 0;
  Result<> insert(Pid pid, const Stoppoint& stoppoint) { return insert(pid, stoppoint, {}); }
  virtual Result<> remove(Pid pid, const Stoppoint& stoppoint) = 0;
  virtual void remove_all(Pid pid) = 0;
  [[nodiscard]] virtual std::vector<BreakpointInfo> breakpoints(Pid pid) const = 0;

  virtual ThreadFacts thread_facts(ThreadId thread) = 0;
  std::string thread_name(ThreadId thread) { return thread_facts(thread).name; }
  virtual std::string executable_path(Pid pid) = 0;
  virtual Result<Bytes> auxv(Pid pid) = 0;
};

}  // namespace stub
