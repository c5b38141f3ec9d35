// PtraceKernel: the Kernel that is Linux. All of it must be called from one thread: ptrace(2) knows its tracer by
// thread.
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>

#include "stub/linux/memory_access.hpp"
#include "stub/linux/spawn.hpp"
#include "stub/linux/ticker.hpp"
#include "stub/target/kernel.hpp"
#include "stub/trace.hpp"

namespace stub {

class PtraceKernel final : public Kernel {
 public:
  // `program_mask`: the signal mask that launched programs start with. `warn`: see Engine.
  PtraceKernel(Ticker& ticker, const sigset_t& program_mask, std::function<void(std::string)> warn,
               std::shared_ptr<const Trace> trace = std::make_shared<const Trace>())
      : ticker_(ticker), program_mask_(program_mask), warn_(std::move(warn)), trace_(std::move(trace)) {}

  // Programs are started as our caller would have done, from now on.
  void launch_as_caller() { manner_ = SpawnManner::as_caller; }

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
  Result<Address> segment_base(Tid tid, std::uint64_t selector) override;

  std::size_t read_memory(Pid pid, Address address, std::span<std::uint8_t> out) override;
  Result<> write_memory(ThreadId stopped, Address address, ByteView bytes) override;
  void forget_memory(Pid pid) override { memory_.forget(pid); }

  Result<Bytes> signal_info(Tid tid) override;
  Result<> set_signal_info(Tid tid, ByteView bytes) override;
  std::vector<Tid> threads_of(Pid pid) override;
  bool is_thread_of(ThreadId thread) override;
  std::optional<Family> family_of(Tid tid) override;
  bool is_zombie(ThreadId thread) override;
  bool has_pending(ThreadId thread, KernelSignal signal) override;
  ThreadFacts thread_facts(ThreadId thread) override;
  Bytes elf_header(Pid pid) override;
  std::string executable_path(Pid pid) override;
  Result<Bytes> auxv(Pid pid) override;
  Result<std::vector<MemoryRegion>> memory_map(Pid pid) override;
  arch::XsaveLayout xsave_layout() override;

 private:
  std::optional<WaitStatus> wait_for(pid_t which, Milliseconds bound);
  std::optional<WaitStatus> reaped(pid_t tid, int status) const;

  Ticker& ticker_;
  sigset_t program_mask_;
  std::function<void(std::string)> warn_;
  std::shared_ptr<const Trace> trace_;
  SpawnManner manner_ = SpawnManner::debuggee;
  MemoryAccess memory_;
};

}  // namespace stub
