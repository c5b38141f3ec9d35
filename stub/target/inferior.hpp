// Inferior: one process that we trace, and its threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "stub/arch/debug_registers_x86.hpp"
#include "stub/arch/register_file.hpp"
#include "stub/target/breakpoints.hpp"
#include "stub/target/displaced_copies.hpp"
#include "stub/target/kernel.hpp"
#include "stub/target/target.hpp"

namespace stub {

// A hit whose commands have been run, but from which the thread has not come away: a signal's handler comes first. When
// that returns, the thread comes to the breakpoint again.
struct AnsweredHit {
  Address address;
  std::uint64_t stack_pointer = 0;

  friend bool operator==(const AnsweredHit&, const AnsweredHit&) = default;
};

// A thread that was last seen in the copy of an instruction. It may have come out of it long ago.
struct Displaced {
  DisplacedCopies::Copy copy;  // null: in none
  std::uint64_t lent = 0;      // what the register held that the copy has borrowed
};

// A thread's instructions are being counted.
struct Counting {
  std::optional<Address> until;
  Count count;
};

struct Thread {
  enum class State : std::uint8_t { running, stopped, zombie };

  Thread(ThreadId thread, const arch::Architecture& architecture) : id(thread), registers(architecture) {}

  ThreadId id;
  State state = State::stopped;
  bool in_group_stop = false;               // stopped, and the program is stopped for job control
  bool interrupted = false;                 // stopped by an interrupt, which may have overtaken a trap
  bool stop_wanted = false;                 // asked to stop, and has not
  bool halt_wanted = false;                 // by a client, who is to be told
  arch::RegisterFile registers;             // valid while stopped
  ResumeRequest last;                       // how it was resumed last
  std::optional<ResumeRequest> deferred;    // a resume that waits behind an event not yet taken
  std::optional<KernelSignal> signal_stop;  // in a signal-delivery-stop: the signal can be replaced
  std::optional<KernelSignal> pass_next;    // its next delivery passes unseen: we queued it
  std::optional<AnsweredHit> answered;
  Displaced displaced;
  bool has_event = false;            // one of its events is in the queue
  bool step_cut_short = false;       // by another stop: its trap may still come, when nobody wants it
  std::optional<Address> owed_step;  // it stands at this breakpoint and must be stepped over it
  bool begins_vfork = false;         // stopped at it: its next resume leads into the wait
  bool in_vfork = false;             // cannot stop until its child execs or exits
  Tid vfork_child{};                 // that child
  ThreadInterests interests;
  std::optional<Counting> counting;
  std::uint64_t debug_generation = 0;                  // which of the inferior's debug registers it has
  arch::DebugRegisters debug_registers;                // those
  std::vector<arch::DebugRegisters::Hit> hits_before;  // what its trap on the way means: they have changed since

  [[nodiscard]] bool stopped() const { return state == State::stopped; }
  [[nodiscard]] bool can_stop() const { return state == State::running && !in_vfork; }
};

// What processes that share memory share.
struct AddressSpace {
  Breakpoints breakpoints;
  DisplacedCopies copies;
  bool being_held = false;  // everybody, for a step over a breakpoint
};

struct Inferior {
  Inferior(Pid number, Origin came, const arch::Architecture& cpu)
      : pid(number), origin(came), architecture(&cpu), space(std::make_shared<AddressSpace>()) {}

  Pid pid;
  Origin origin;
  const arch::Architecture* architecture;
  std::map<Tid, Thread> threads;
  std::shared_ptr<AddressSpace> space;
  arch::DebugRegisters debug_registers;
  std::map<Stoppoint, agent::HitProgram> hardware_programs;  // of those hardware breakpoints that have one
  std::uint64_t debug_generation = 0;                        // counts their changes
  std::set<KernelSignal> pass_signals;
  Interests interests;
  CallObserver* call_observer = nullptr;
  std::optional<std::set<KernelSignal>> deliver_at_detach;  // none: nobody has said
  bool held = false;                                        // new threads stay stopped
  bool group_stop_ended = false;  // by a client's resume: the kernel goes on to call late stops group stops
  bool departing = false;         // detached, but for threads that cannot stop yet
  bool shadow = false;            // a child that borrows its parent's memory; no client knows of it
  bool vfork_child = false;       // a child that borrows it, and clients know
  std::map<std::pair<Tid, std::uint64_t>, arch::RegisterFile> saved_registers;  // by thread and id

  // Any thread through which memory can be written and calls be made; null if none is stopped.
  [[nodiscard]] Thread* any_stopped();
};

}  // namespace stub
