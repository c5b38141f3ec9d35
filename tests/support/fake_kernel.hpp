// FakeKernel: the Kernel that is a toy machine. Every call lets the machine run a little, as a real one does.
#pragma once

#include <cstdint>

#include "tests/support/fake_machine.hpp"

namespace stub::fake {

class FakeKernel final : public Kernel {
 public:
  explicit FakeKernel(Machine& machine) : machine_(machine) {}

  std::function<void(const std::string&)> trace;  // is told of every call that changes something, and of every status

  Result<Pid> launch(const LaunchRequest& request) override;
  Result<> seize(ThreadId thread, OnTracerDeath on_death) override;
  Result<> interrupt(Tid tid) override;
  Result<> resume(Tid tid, ResumeHow how, KernelSignal signal) override;
  Result<> detach(Tid tid, KernelSignal signal) override;
  Result<> send_signal(Pid pid, KernelSignal signal) override;
  Result<> queue_signal(ThreadId thread, KernelSignal signal) override;

  std::optional<WaitStatus> wait(Tid tid, Milliseconds bound) override;
  std::optional<WaitStatus> wait_any(Milliseconds bound) override;
  std::optional<WaitStatus> poll_any() override;

  Result<Bytes> read_register_set(Tid tid, const arch::RegisterSet& set) override;
  Result<> write_register_set(Tid tid, const arch::RegisterSet& set, ByteView bytes) override;
  Result<> write_debug_registers(Tid tid, const arch::DebugRegisters& registers) override;
  Result<std::uint64_t> take_debug_status(Tid tid) override;
  Result<Address> segment_base(Tid, std::uint64_t) override { return fail(Errc::unsupported, "no segments"); }

  std::size_t read_memory(Pid pid, Address address, std::span<std::uint8_t> out) override;
  Result<> write_memory(ThreadId stopped, Address address, ByteView bytes) override;
  void forget_memory(Pid pid) override { opened_.erase(pid); }

  Result<Bytes> signal_info(Tid tid) override;
  Result<> set_signal_info(Tid tid, ByteView bytes) override;
  std::vector<Tid> threads_of(Pid pid) override { return machine_.tasks_of(pid); }
  bool is_thread_of(ThreadId thread) override;
  std::optional<Family> family_of(Tid tid) override;
  bool is_zombie(ThreadId thread) override;
  bool has_pending(ThreadId thread, KernelSignal signal) override;
  ThreadFacts thread_facts(ThreadId thread) override;
  Bytes elf_header(Pid pid) override;
  std::string executable_path(Pid pid) override;
  Result<Bytes> auxv(Pid pid) override;
  Result<std::vector<MemoryRegion>> memory_map(Pid pid) override;
  arch::XsaveLayout xsave_layout() override { return {}; }

 private:
  void note(const std::string& what, Tid tid) const;
  Result<Task*> stopped(Tid tid);
  [[nodiscard]] bool is_32_bit(Pid pid) const;
  [[nodiscard]] std::shared_ptr<Memory> open(Pid pid);
  std::optional<WaitStatus> wait_for(std::optional<Tid> tid);
  std::optional<WaitStatus> reap(std::optional<Tid> tid);

  Machine& machine_;
  std::map<Pid, std::shared_ptr<Memory>> opened_;  // as /proc/PID/mem: they go on to mean the old memory after an exec
};

}  // namespace stub::fake
