// FakeTarget: a Target without a kernel. A test says what the debuggee does; what a session asked of it stands in a
// journal, a line a call.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "stub/target/target.hpp"

namespace stub::test {

// A CPU without AVX: 60 registers, 560 bytes in the reply to g.
const arch::Architecture& plain_amd64();
const arch::Architecture& plain_i386();

class FakeTarget : public Target {
 public:
  // Process 1 with thread 1.1, stopped, launched from /bin/prog: code at 0x401000, data at 0x404000, a page each.
  FakeTarget();

  void add_thread(ThreadId id, std::string name);
  // All processes run programs for this one now; registers are zero. At first it is plain_amd64().
  void become(const arch::Architecture& architecture);
  // A running thread stops by itself, or its process ends.
  void happen(const StopEvent& event);
  void set_origin(Pid pid, Origin origin) { process(pid).origin = origin; }
  void map(Address start, Bytes contents);
  void set_regions(std::vector<MemoryRegion> regions) { regions_ = std::move(regions); }
  void set_segment(std::uint64_t selector, Address base) { segments_[selector] = base; }
  void set_auxv(Bytes bytes) { auxv_ = std::move(bytes); }
  // A thread ends, which nobody is told of.
  void lose(ThreadId id) { process(id.pid).threads.erase(id.tid); }
  void set_unstoppable(ThreadId id) { thread(id).unstoppable = true; }
  [[nodiscard]] std::uint64_t register_value(ThreadId id, std::uint32_t number);
  // The observer of a process; null: nobody.
  [[nodiscard]] CallObserver* observer(Pid pid) { return observers_[pid]; }
  // Counting comes to an end after so many pieces of ten instructions.
  void set_count(unsigned pieces, Count::State state) { pieces_ = pieces, count_.state = state; }
  [[nodiscard]] const Interests& interests(Pid pid) { return interests_[pid]; }
  [[nodiscard]] std::vector<std::string> take_journal() { return std::exchange(journal_, {}); }

  [[nodiscard]] std::vector<Pid> processes() const override;
  [[nodiscard]] std::vector<ThreadId> threads(Pid pid) const override;
  [[nodiscard]] bool stopped(ThreadId id) const override;
  [[nodiscard]] const arch::Architecture* architecture(Pid pid) const override;
  [[nodiscard]] std::optional<Origin> origin(Pid pid) const override;

  Result<> resume(ThreadId id, ResumeRequest request) override;
  void hold(Pid pid) override;
  void halt(ThreadId id) override;
  std::optional<StopEvent> next_event(HeldBack held_back, const std::set<Pid>* only = nullptr) override;
  Result<> observe_calls(Pid pid, CallObserver* observer) override;
  Result<> begin_count(ThreadId id, std::optional<Address> until) override;
  Result<Count> count_on(ThreadId id, Kernel::Milliseconds bound) override;
  Result<Count> end_count(ThreadId id) override;
  Result<> kill(Pid pid) override;
  Result<> detach(Pid pid) override;
  void pass_signals(Pid pid, std::set<KernelSignal> signals) override;
  void set_interests(Pid pid, Interests interests) override;
  void set_interests(ThreadId id, ThreadInterests interests) override;
  void deliver_at_detach(Pid pid, std::optional<std::set<KernelSignal>> signals) override;

  Result<Bytes> read_register(ThreadId id, RegisterNumber reg) override;
  Result<> write_register(ThreadId id, RegisterNumber reg, ByteView value) override;
  Result<Bytes> register_set(ThreadId id, std::size_t set) override;
  Result<std::uint64_t> save_registers(ThreadId id) override;
  Result<> restore_registers(ThreadId id, std::uint64_t saved) override;
  Result<Address> segment_base(ThreadId id, std::uint64_t selector) override;
  Result<Bytes> signal_info(ThreadId id) override;
  Result<> set_signal_info(ThreadId id, ByteView bytes) override;

  Result<Bytes> read_memory(Pid pid, Address address, std::size_t length) override;
  Result<> write_memory(Pid pid, Address address, ByteView bytes) override;
  Result<Address> allocate_memory(ThreadId id, std::uint64_t size, Permissions permissions) override;
  Result<> deallocate_memory(ThreadId id, Address address) override;
  Result<std::vector<MemoryRegion>> memory_map(Pid pid) override;

  using Target::insert;
  Result<> insert(Pid pid, const Stoppoint& stoppoint, const HitActions& actions) override;
  Result<> remove(Pid pid, const Stoppoint& stoppoint) override;
  void remove_all(Pid pid) override;
  [[nodiscard]] std::vector<BreakpointInfo> breakpoints(Pid pid) const override;

  ThreadFacts thread_facts(ThreadId id) override;
  std::string executable_path(Pid pid) override;
  Result<Bytes> auxv(Pid pid) override;

 private:
  struct FakeThread {
    std::string name;
    Bytes signal_info = Bytes(128);
    bool stopped = true;
    bool has_event = false;
    bool unstoppable = false;  // a hold does not reach it
    std::map<std::uint32_t, Bytes> registers;
  };
  struct FakeProcess {
    Origin origin = Origin::launched;
    std::map<Tid, FakeThread> threads;
    std::set<Stoppoint> stoppoints;
  };
  struct QueuedEvent {
    StopEvent event;
    bool held_back = false;
  };

  FakeProcess& process(Pid pid) { return processes_.at(pid); }
  FakeThread& thread(ThreadId id) { return process(id.pid).threads.at(id.tid); }
  [[nodiscard]] Result<FakeThread*> stopped_thread(ThreadId id);
  [[nodiscard]] Result<FakeProcess*> existing(Pid pid);
  void set_pc(FakeThread& thread, Address pc);
  void clear_registers(FakeThread& thread);
  [[nodiscard]] MemoryRegion* region_at(Address address);
  void note(std::string line) { journal_.push_back(std::move(line)); }

  const arch::Architecture* architecture_;
  std::map<Pid, FakeProcess> processes_;
  std::deque<QueuedEvent> events_;
  std::vector<MemoryRegion> regions_;
  std::map<Address, Bytes> memory_;  // by the start of the region
  std::map<std::uint64_t, std::map<std::uint32_t, Bytes>> saved_;
  std::uint64_t next_saved_ = 1;
  Bytes auxv_;
  std::map<std::uint64_t, Address> segments_;  // by selector
  std::map<Pid, Interests> interests_;
  std::map<Pid, CallObserver*> observers_;
  unsigned pieces_ = 0;  // of a count that are still to come
  Count count_;
  std::map<ThreadId, ThreadInterests> thread_interests_;
  std::vector<std::string> journal_;
};

}  // namespace stub::test
