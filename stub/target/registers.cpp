// Engine: registers, fetched a set at a time when somebody asks, written back when the thread goes on.
#include "stub/target/engine.hpp"

namespace stub {
namespace {

constexpr Kernel::Milliseconds trap_bound{100};

}  // namespace

Result<> Engine::fetch(Inferior& inferior, Thread& thread, std::size_t set) {
  if (thread.registers.loaded(set)) return {};
  thread.registers.load(set, TRY(kernel_.read_register_set(thread.id.tid, inferior.architecture->sets[set])));
  return {};
}

Result<> Engine::store(Inferior& inferior, Thread& thread) {
  for (std::size_t set = 0; set < thread.registers.set_count(); ++set) {
    if (!thread.registers.dirty(set)) continue;
    TRY(kernel_.write_register_set(thread.id.tid, inferior.architecture->sets[set], thread.registers.bytes(set)));
    thread.registers.stored(set);
  }
  return {};
}

Result<std::uint64_t> Engine::integer(Inferior& inferior, Thread& thread, RegisterNumber reg) {
  TRY(fetch(inferior, thread, inferior.architecture->locations[number(reg)].set));
  return thread.registers.read_integer(reg);
}

Result<> Engine::set_integer(Inferior& inferior, Thread& thread, RegisterNumber reg, std::uint64_t value) {
  TRY(fetch(inferior, thread, inferior.architecture->locations[number(reg)].set));
  thread.registers.write_integer(reg, value);
  return {};
}

// Clients take everything out at a stop and put it in again before the next resume: mostly nothing has changed. A hit
// whose trap an interrupt has overtaken is still in DR6.
Result<> Engine::set_debug_registers(Inferior& inferior, Thread& thread) {
  if (std::exchange(thread.debug_generation, inferior.debug_generation) == inferior.debug_generation) return {};
  if (!thread.debug_registers.alike(inferior.debug_registers)) {
    thread.hits_before = take_hits(thread);
    thread.debug_registers.clear();
    TRY(kernel_.write_debug_registers(thread.id.tid, inferior.debug_registers));
  }
  thread.debug_registers = inferior.debug_registers;
  return {};
}

// An interrupt overtakes the SIGTRAP of a breakpoint that the thread has run into already (kernel/signal.c,
// get_signal): it stands behind the int3, and the signal comes when it goes on. Nobody may see it there: it is put
// before the breakpoint, as if it had not come to it yet, and the signal is taken away.
Result<Thread*> Engine::settled_thread(ThreadId id) {
  auto* thread = TRY(stopped_thread(id));
  if (!std::exchange(thread->interrupted, false)) return thread;
  auto& inferior = *find(id.pid);
  const auto& cpu = *inferior.architecture;
  const auto pc = integer(inferior, *thread, cpu.pc);
  if (!pc || !inferior.space->breakpoints.has_been_at({*pc - cpu.pc_past_breakpoint}) || !trap_is_due(*thread))
    return thread;
  TRY(store(inferior, *thread));
  TRY(kernel_.resume(id.tid, ResumeHow::run, signals::none));
  const auto status = kernel_.wait(id.tid, trap_bound);
  if (!status) {
    thread->state = Thread::State::running;
    ask_to_stop(*thread);
    return stopped_thread(id);
  }
  const auto* stop = std::get_if<wait_status::SignalStop>(&status->reason);
  if (stop == nullptr || stop->code != si_kernel) {
    handle(*status);
    return stopped_thread(id);
  }
  thread->registers.forget();
  thread->signal_stop = stop->signal;
  TRY(set_integer(inferior, *thread, cpu.pc, *pc - cpu.pc_past_breakpoint));
  return thread;
}

Result<Bytes> Engine::read_register(ThreadId id, RegisterNumber reg) {
  auto* thread = TRY(settled_thread(id));
  auto& inferior = *find(id.pid);
  if (inferior.architecture->layout.find(reg) == nullptr) return fail(Errc::no_register, "no such register");
  TRY(fetch(inferior, *thread, inferior.architecture->locations[number(reg)].set));
  return thread->registers.read(reg);
}

Result<Bytes> Engine::register_set(ThreadId id, std::size_t set) {
  auto* thread = TRY(settled_thread(id));
  auto& inferior = *find(id.pid);
  if (set >= inferior.architecture->sets.size()) return fail(Errc::no_register, "no such register set");
  TRY(fetch(inferior, *thread, set));
  const auto bytes = thread->registers.bytes(set);
  return Bytes(bytes.begin(), bytes.end());
}

// A client that sends a thread elsewhere wants neither a system call restarted, which the kernel does by moving the pc
// back, nor a hardware breakpoint passed over, which it sets RF for (arch/x86/kernel/hw_breakpoint.c).
Result<> Engine::write_register(ThreadId id, RegisterNumber reg, ByteView value) {
  auto* thread = TRY(settled_thread(id));
  auto& inferior = *find(id.pid);
  const auto& cpu = *inferior.architecture;
  if (cpu.layout.find(reg) == nullptr) return fail(Errc::no_register, "no such register");
  TRY(fetch(inferior, *thread, cpu.locations[number(reg)].set));
  const auto pc = thread->registers.read_integer(cpu.pc);
  TRY(thread->registers.write(reg, value));
  if (reg == cpu.pc && thread->registers.read_integer(cpu.pc) != pc) {
    thread->registers.write_integer(cpu.system_calls.restart, ~std::uint64_t{0});
    thread->registers.write_integer(cpu.flags, thread->registers.read_integer(cpu.flags) & ~cpu.resume_flag);
  }
  return {};
}

Result<std::uint64_t> Engine::save_registers(ThreadId id) {
  auto* thread = TRY(settled_thread(id));
  auto& inferior = *find(id.pid);
  for (std::size_t set = 0; set < thread->registers.set_count(); ++set) TRY(fetch(inferior, *thread, set));
  inferior.saved_registers.emplace(std::pair(id.tid, next_saved_), thread->registers);
  return next_saved_++;
}

Result<> Engine::restore_registers(ThreadId id, std::uint64_t saved) {
  auto* thread = TRY(settled_thread(id));
  auto& inferior = *find(id.pid);
  const auto it = inferior.saved_registers.find({id.tid, saved});
  if (it == inferior.saved_registers.end()) return fail(Errc::no_register, "no registers were saved under this id");
  thread->registers = std::move(it->second);
  thread->registers.mark_all_dirty();
  inferior.saved_registers.erase(it);
  return {};
}

}  // namespace stub
