// Engine: traces processes through a Kernel. It is always non-stop: threads stop and run one by one; what they did
// waits as events until somebody takes them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>

#include "stub/target/births.hpp"
#include "stub/target/inferior.hpp"
#include "stub/target/kernel.hpp"
#include "stub/target/target.hpp"

namespace stub {

class Engine final : public Target {
 public:
  // `warn` is told in a sentence what a user should know and no client can be told; `said` gets the text that
  // breakpoints' commands print.
  Engine(Kernel& kernel, std::function<void(std::string)> warn, std::function<void(std::string_view)> said);

  // The new process is stopped: a launched one at its first instruction.
  // Whose it is then says `origin`: of an attached process no client thinks that it is its own to end.
  Result<Pid> launch(const LaunchRequest& request, Origin origin = Origin::launched);
  Result<> attach(Pid pid);

  // Handles the next thing that happens; waits for it at most `bound`, or until the next tick. False: nothing did.
  bool wait(Kernel::Milliseconds bound);
  // The same where many run, and one of them will soon have something to tell.
  bool wait_for_any(Kernel::Milliseconds bound);
  void poll();
  // One thing that has happened already. False: nothing has.
  bool poll_one();
  // The same for a status that somebody else has reaped.
  void handle(const WaitStatus& status);
  // How processes ended that nobody here traces: children of ours that were let go, or orphans that we inherited.
  [[nodiscard]] std::vector<WaitStatus> take_strangers() { return std::exchange(strangers_, {}); }
  // Of a process that was asked about: its exit status, once it has ended while it was traced, whoever was told.
  void remember_end(Pid pid) { awaited_end_ = pid; }
  [[nodiscard]] std::optional<int> remembered_end() const { return remembered_end_; }
  // Those of which some event is there to be taken.
  [[nodiscard]] std::set<Pid> processes_with_events() const;
  // Some of its breakpoints are to go on without a client.
  [[nodiscard]] bool has_persistent_breakpoints(Pid pid) const;

  [[nodiscard]] std::vector<Pid> processes() const override;
  [[nodiscard]] std::vector<ThreadId> threads(Pid pid) const override;
  [[nodiscard]] bool stopped(ThreadId thread) const override;
  [[nodiscard]] const arch::Architecture* architecture(Pid pid) const override;
  [[nodiscard]] std::optional<Origin> origin(Pid pid) const override;

  Result<> resume(ThreadId thread, ResumeRequest request) override;
  void hold(Pid pid) override;
  void halt(ThreadId thread) override;
  std::optional<StopEvent> next_event(HeldBack held_back, const std::set<Pid>* only = nullptr) override;
  Result<> observe_calls(Pid pid, CallObserver* observer) override;
  Result<> begin_count(ThreadId thread, std::optional<Address> until) override;
  Result<Count> count_on(ThreadId thread, Kernel::Milliseconds bound) override;
  Result<Count> end_count(ThreadId thread) override;
  Result<> kill(Pid pid) override;
  Result<> detach(Pid pid) override;
  void pass_signals(Pid pid, std::set<KernelSignal> signals) override;
  void set_interests(Pid pid, Interests interests) override;
  void set_interests(ThreadId thread, ThreadInterests interests) override;
  void deliver_at_detach(Pid pid, std::optional<std::set<KernelSignal>> signals) override;

  Result<Bytes> read_register(ThreadId thread, RegisterNumber reg) override;
  Result<> write_register(ThreadId thread, RegisterNumber reg, ByteView value) override;
  Result<Bytes> register_set(ThreadId thread, std::size_t set) override;
  Result<std::uint64_t> save_registers(ThreadId thread) override;
  Result<> restore_registers(ThreadId thread, std::uint64_t id) override;
  Result<Address> segment_base(ThreadId thread, std::uint64_t selector) override;
  Result<Bytes> signal_info(ThreadId thread) override;
  Result<> set_signal_info(ThreadId thread, ByteView bytes) override;

  Result<Bytes> read_memory(Pid pid, Address address, std::size_t length) override;
  Result<> write_memory(Pid pid, Address address, ByteView bytes) override;
  Result<Address> allocate_memory(ThreadId thread, std::uint64_t size, Permissions permissions) override;
  Result<> deallocate_memory(ThreadId thread, Address address) override;
  Result<std::vector<MemoryRegion>> memory_map(Pid pid) override;

  using Target::insert;
  Result<> insert(Pid pid, const Stoppoint& stoppoint, const HitActions& actions) override;
  Result<> remove(Pid pid, const Stoppoint& stoppoint) override;
  void remove_all(Pid pid) override;
  [[nodiscard]] std::vector<BreakpointInfo> breakpoints(Pid pid) const override;

  ThreadFacts thread_facts(ThreadId thread) override;
  std::string executable_path(Pid pid) override;
  Result<Bytes> auxv(Pid pid) override;

 private:
  struct QueuedEvent {
    StopEvent event;
    bool held_back = false;
  };
  // What its children may have inherited from a process that is gone.
  struct Dead {
    std::shared_ptr<AddressSpace> space;
    const arch::Architecture* architecture = nullptr;
  };
  enum class Stale : std::uint8_t { no, yes };
  class HitMachine;  // hits.cpp
  // How a step that no client asked for has ended.
  enum class StepEnd : std::uint8_t { stepped, other_stop, blocked, not_lifted };
  struct PrivateStep {
    StepEnd end{};
    std::optional<WaitStatus> status;  // of other_stop
    Address address{};                 // of a step over a breakpoint
  };

  // Looking up (engine.cpp).
  [[nodiscard]] Inferior* find(Pid pid);
  [[nodiscard]] const Inferior* find(Pid pid) const;
  [[nodiscard]] Thread* find(ThreadId thread);
  [[nodiscard]] bool has_ended(const Inferior& inferior, const Thread& thread) const;
  Result<Thread*> stopped_thread(ThreadId thread);
  Result<Thread*> settled_thread(ThreadId thread);
  Result<Inferior*> inferior(Pid pid);
  Inferior& add_inferior(Pid pid, Origin origin, const arch::Architecture& architecture);
  Thread& add_thread(Inferior& inferior, Tid tid);
  void remove_thread(Inferior& inferior, Tid tid);
  void remove_inferior(Pid pid);
  Result<const arch::Architecture*> identify(Pid pid);

  // Running (running.cpp).
  void start(Inferior& inferior, Thread& thread, ResumeRequest request);
  void go_on(Inferior& inferior, Thread& thread, KernelSignal signal = signals::none);
  void listen(Inferior& inferior, Thread& thread);
  void ask_to_stop(Thread& thread);
  bool take(const std::optional<WaitStatus>& status);
  [[nodiscard]] std::vector<ThreadId> pause(Pid pid);
  void unpause(const std::vector<ThreadId>& paused);
  enum class Vforks : std::uint8_t { skip, wait };
  void collect(Inferior& inferior, Vforks vforks);
  void collect(Inferior& inferior, Tid tid);
  void release(Inferior& inferior, Thread& thread, KernelSignal signal);
  bool forget_end(Pid pid);
  void release_all(Inferior& inferior);
  void become_shadow(Inferior& inferior);
  [[nodiscard]] std::vector<Pid> untold_children(Pid pid) const;
  void depart(Inferior& inferior, Thread& thread, const WaitStatus& status);
  void settle_traps(Inferior& inferior);
  [[nodiscard]] bool trap_is_due(const Thread& thread);
  [[nodiscard]] KernelSignal signal_at_detach(const Inferior& inferior, const Thread& thread) const;
  [[nodiscard]] Stale stale(const QueuedEvent& queued, Inferior& inferior, Thread& thread);
  void drop_event(Inferior& inferior, Thread& thread);

  // What wait statuses mean (statuses.cpp).
  void on(Inferior& inferior, Thread& thread, const wait_status::Exited& exited);
  void on(Inferior& inferior, Thread& thread, const wait_status::Killed& killed);
  void on(Inferior& inferior, Thread& thread, const wait_status::SignalStop& stop);
  void on(Inferior& inferior, Thread& thread, const wait_status::InterruptStop& stop);
  void on(Inferior& inferior, Thread& thread, const wait_status::GroupStop& stop);
  void on(Inferior& inferior, Thread& thread, const wait_status::NewTask& task);
  void on(Inferior& inferior, Thread& thread, const wait_status::VforkDone& done);
  void on(Inferior& inferior, Thread& thread, const wait_status::SystemCallStop& stop);
  void on(Inferior& inferior, Thread& thread, const wait_status::Exec& exec);
  bool caused_by_breakpoint(Inferior& inferior, Thread& thread, KernelSignal signal);
  void on_trap(Inferior& inferior, Thread& thread, int code);
  void on_breakpoint_instruction(Inferior& inferior, Thread& thread);
  [[nodiscard]] bool leave_exec(Inferior& inferior, Thread& thread);
  [[nodiscard]] static bool catches(const Inferior& inferior, std::uint64_t call);
  void on_hardware_hit(Inferior& inferior, Thread& thread, const Stoppoint& stoppoint);
  void on_hit(Inferior& inferior, Thread& thread, Address address);
  void pass_over(Inferior& inferior, Thread& thread, Address address);
  [[nodiscard]] AnsweredHit hit_at(Inferior& inferior, Thread& thread, Address address);
  void remember_answer(Inferior& inferior, Thread& thread, const WaitStatus& status, Address address);
  void on_step(Inferior& inferior, Thread& thread);
  void on_silent_stop(Inferior& inferior, Thread& thread);
  void pass_on(Inferior& inferior, Thread& thread, KernelSignal signal);
  void end_vfork(Tid child);
  void pass_on_from_vfork(Inferior& inferior, Thread& thread);
  [[nodiscard]] bool still_in_range(Inferior& inferior, Thread& thread);
  [[nodiscard]] std::vector<arch::DebugRegisters::Hit> take_hits(Thread& thread);
  void report(Inferior& inferior, Thread& thread, decltype(StopEvent::what) what);
  void process_ended(Inferior& inferior, decltype(StopEvent::what) what);
  [[nodiscard]] static bool tells_exit(const Inferior& inferior, const Thread& thread);
  void mark_zombie(const Inferior& inferior, Thread& thread);
  void look_for_ended_leaders();

  // System calls (calls.cpp).
  [[nodiscard]] static bool stops_at_calls(const Inferior& inferior);
  void tell_observer(Inferior& inferior, Thread& thread, const wait_status::SystemCallStop& stop);
  void tell_observer_of_exec(Inferior& inferior, Thread& thread, Tid former);

  // Counting (counting.cpp).
  void on_counted_step(Inferior& inferior, Thread& thread);

  // New threads and processes (offspring.cpp).
  [[nodiscard]] bool await_birth(Tid tid);
  void adopt_thread(Inferior& inferior, Thread& parent, Tid tid);
  void adopt_process(Inferior& parent, Thread& caller, const wait_status::NewTask& task);
  void adopt_shadow(Inferior& parent, Tid child);
  void adopt_followed(Inferior& parent, Thread& caller, Tid child, bool shared);
  [[nodiscard]] bool shares_memory(Inferior& inferior, Thread& caller, wait_status::NewTask::Kind kind);
  void let_go(const Breakpoints& inherited, const arch::Architecture& cpu, Tid child);
  [[nodiscard]] std::vector<Pid> borrowers(const AddressSpace& space, Pid except) const;
  [[nodiscard]] bool has_other_owner(const AddressSpace& space, Pid except) const;
  void release_borrowers(const AddressSpace& space, Pid except);
  void release_orphans();

  // Registers (registers.cpp).
  Result<> fetch(Inferior& inferior, Thread& thread, std::size_t set);
  Result<> store(Inferior& inferior, Thread& thread);
  Result<std::uint64_t> integer(Inferior& inferior, Thread& thread, RegisterNumber reg);
  Result<> set_integer(Inferior& inferior, Thread& thread, RegisterNumber reg, std::uint64_t value);
  Result<> set_debug_registers(Inferior& inferior, Thread& thread);

  // Memory (memory.cpp).
  void lift_breakpoints(Inferior& inferior);
  void clear_debug_registers(Inferior& inferior);
  Result<> insert_breakpoint(Inferior& inferior, Address address, agent::HitProgram program);
  Result<> remove_breakpoint(Inferior& inferior, Address address);
  Result<> insert_hardware(Inferior& inferior, const Stoppoint& stoppoint, agent::HitProgram program);
  void remove_hardware(Inferior& inferior, const Stoppoint& stoppoint);
  Result<> try_hardware(Inferior& inferior, const Stoppoint& stoppoint);
  Result<> write_raw(Inferior& inferior, Address address, ByteView bytes);

  // Steps of our own, and calls made in a debuggee's name (borrowed_steps.cpp).
  Result<std::uint64_t> system_call(Inferior& inferior, Thread& thread, std::uint64_t call,
                                    const std::array<std::uint64_t, 6>& arguments);
  Result<Address> vdso_of(Inferior& inferior);
  Result<Address> system_call_instruction(Inferior& inferior);
  PrivateStep private_step(Inferior& inferior, Thread& thread);
  [[nodiscard]] bool finish_exec(Inferior& inferior, Thread& thread);

  // Displaced steps (displaced_steps.cpp).
  void find_room_for_copies(Inferior& inferior);
  [[nodiscard]] DisplacedCopies::Copy displaced_copy(Inferior& inferior, Address from);
  Result<> enter(Inferior& inferior, Thread& thread, DisplacedCopies::Copy copy);
  [[nodiscard]] bool step_displaced(Inferior& inferior, Thread& thread, Address from);
  void step_through_copy(Inferior& inferior, Thread& thread);
  [[nodiscard]] bool completes_step(Inferior& inferior, Thread& thread, const WaitStatus& status);
  [[nodiscard]] bool is_midway(Inferior& inferior, Thread& thread);
  void leave_copy(Inferior& inferior, Thread& thread, const WaitStatus* status);
  void remove_copies(Inferior& inferior);

  // Steps over breakpoints (step_over.cpp).
  void step_over(Inferior& inferior, Thread& thread, Address address);
  [[nodiscard]] std::vector<ThreadId> owing(const AddressSpace& space) const;
  [[nodiscard]] std::vector<ThreadId> hold_all(const AddressSpace& space);
  void take_owed_steps(std::shared_ptr<AddressSpace> space);
  void let_run(ThreadId id);
  [[nodiscard]] bool is_inserted(const Inferior& inferior, Address address);
  PrivateStep step_lifted(Inferior& inferior, Thread& thread);
  void end_step_over(ThreadId id, const PrivateStep& step);

  Kernel& kernel_;
  std::function<void(std::string)> warn_;
  std::function<void(std::string_view)> said_;
  arch::Architecture amd64_, i386_;
  std::map<Pid, Inferior> inferiors_;
  std::unordered_map<std::int32_t, Pid> owners_;  // which process a thread belongs to
  std::deque<QueuedEvent> events_;
  bool quiet_ = false;  // nothing has happened since a thread went on: the time to look for what nobody tells
  Births births_;
  std::vector<WaitStatus> strangers_;
  std::optional<Dead> last_dead_;
  std::optional<Pid> awaited_end_;
  std::optional<int> remembered_end_;
  std::uint64_t next_saved_ = 1;
  std::unordered_map<std::uint64_t, std::uint64_t> mappings_;  // what allocate_memory gave out: address to size
};

}  // namespace stub
