// Engine: what a breakpoint does at a hit before anybody hears of it.
#include "stub/target/engine.hpp"

namespace stub {
namespace {

bool is_fault(KernelSignal signal) {
  const int value = number(signal);
  return value == 4 || value == 5 || value == 7 || value == 8 || value == 11;  // SIGILL, TRAP, BUS, FPE, SEGV
}

}  // namespace

// The stopped thread as an agent expression sees it: the memory is the program's own, without breakpoints.
class Engine::HitMachine final : public agent::Machine {
 public:
  HitMachine(Engine& engine, Inferior& inferior, Thread& thread)
      : engine_(engine), inferior_(inferior), thread_(thread) {}

  Result<std::uint64_t> read_register(RegisterNumber reg) override {
    const auto* row = inferior_.architecture->layout.find(reg);
    if (row == nullptr || row->bits > 64) return fail(Errc::no_register, "no register of at most 64 bits");
    return engine_.integer(inferior_, thread_, reg);
  }
  Result<Bytes> read_memory(Address address, std::size_t length) override {
    Bytes bytes(length);
    if (engine_.kernel_.read_memory(inferior_.pid, address, bytes) != length)
      return fail(Errc::unreadable, "cannot read memory there");
    inferior_.space->breakpoints.hide(address, bytes);
    return bytes;
  }
  void print(std::string_view text) override { engine_.said_(text); }

 private:
  Engine& engine_;
  Inferior& inferior_;
  Thread& thread_;
};

void Engine::on_hit(Inferior& inferior, Thread& thread, Address address) {
  auto& breakpoints = inferior.space->breakpoints;
  if (inferior.shadow) return pass_over(inferior, thread, address);
  if (thread.answered && *thread.answered == hit_at(inferior, thread, address)) {
    thread.answered.reset();
    return pass_over(inferior, thread, address);
  }
  breakpoints.count_hit(address);
  HitMachine machine(*this, inferior, thread);
  if (breakpoints.find(address)->program.run(machine) == agent::Verdict::report)
    return report(inferior, thread, stop::Breakpoint{address});
  pass_over(inferior, thread, address);
}

// The kernel has set the flag that lets one instruction pass (arch/x86/kernel/hw_breakpoint.c, hw_breakpoint_handler).
void Engine::on_hardware_hit(Inferior& inferior, Thread& thread, const Stoppoint& stoppoint) {
  const auto it = inferior.hardware_programs.find(stoppoint);
  HitMachine machine(*this, inferior, thread);
  if (it == inferior.hardware_programs.end() || it->second.run(machine) == agent::Verdict::report)
    return report(inferior, thread, stop::HardwareBreakpoint{stoppoint});
  on_silent_stop(inferior, thread);
}

// Where the program has a breakpoint of its own under ours, that one is due now.
void Engine::pass_over(Inferior& inferior, Thread& thread, Address address) {
  const auto& cpu = *inferior.architecture;
  const auto* entry = inferior.space->breakpoints.find(address);
  if (entry->original != cpu.breakpoint) return step_over(inferior, thread, address);
  static_cast<void>(set_integer(inferior, thread, cpu.pc, address.value + cpu.pc_past_breakpoint));
  report(inferior, thread, stop::ProgramBreakpoint{address});
}

AnsweredHit Engine::hit_at(Inferior& inferior, Thread& thread, Address address) {
  return {address, integer(inferior, thread, inferior.architecture->sp).value_or(0)};
}

// A fault is the instruction's own: its handler may never come back to it.
void Engine::remember_answer(Inferior& inferior, Thread& thread, const WaitStatus& status, Address address) {
  const auto* stop = std::get_if<wait_status::SignalStop>(&status.reason);
  const auto* entry = inferior.space->breakpoints.find(address);
  if (stop == nullptr || entry == nullptr || !entry->program.has_commands() || is_fault(stop->signal)) return;
  thread.answered = hit_at(inferior, thread, address);
}

bool Engine::has_persistent_breakpoints(Pid pid) const {
  const auto* process = find(pid);
  return process != nullptr && process->space->breakpoints.any_beyond_client();
}

}  // namespace stub
