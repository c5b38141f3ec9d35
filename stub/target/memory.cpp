// Engine: memory as the program sees it, and what is patched into it.
#include <algorithm>

#include "stub/target/engine.hpp"

namespace stub {

Result<Bytes> Engine::read_memory(Pid pid, Address address, std::size_t length) {
  auto* process = TRY(inferior(pid));
  Bytes bytes(length);
  bytes.resize(kernel_.read_memory(pid, address, bytes));
  if (bytes.empty() && length != 0) return fail(Errc::unreadable, "cannot read memory there");
  process->space->breakpoints.hide(address, bytes);
  return bytes;
}

Result<> Engine::write_raw(Inferior& inferior, Address address, ByteView bytes) {
  const auto* stopped = inferior.any_stopped();
  return kernel_.write_memory(stopped != nullptr ? stopped->id : ThreadId{inferior.pid, leader(inferior.pid)}, address,
                              bytes);
}

Result<> Engine::write_memory(Pid pid, Address address, ByteView bytes) {
  auto* process = TRY(inferior(pid));
  auto breakpoints = process->space->breakpoints;
  Bytes patched(bytes.begin(), bytes.end());
  breakpoints.take_write(address, patched, process->architecture->breakpoint);
  TRY(write_raw(*process, address, patched));
  process->space->breakpoints = std::move(breakpoints);
  process->space->copies.forget(address, bytes.size());
  return {};
}

// What is in memory decides: a library that was loaded where another was has none of its breakpoints.
Result<> Engine::insert_breakpoint(Inferior& inferior, Address address, agent::HitProgram program) {
  auto& breakpoints = inferior.space->breakpoints;
  const auto& instruction = inferior.architecture->breakpoint;
  Bytes there(instruction.size());
  if (kernel_.read_memory(inferior.pid, address, there) != there.size())
    return fail(Errc::unwritable, "cannot read memory there");
  if (!breakpoints.contains(address) || !std::ranges::equal(there, instruction)) {
    TRY(write_raw(inferior, address, instruction));
    breakpoints.add(address, std::move(there));
  }
  breakpoints.set_program(address, std::move(program));
  return {};
}

// Other bytes than ours are others' (the memory was unmapped, and mapped again) and stay.
Result<> Engine::remove_breakpoint(Inferior& inferior, Address address) {
  auto& breakpoints = inferior.space->breakpoints;
  const auto* entry = breakpoints.find(address);
  if (entry == nullptr) return {};
  const auto& instruction = inferior.architecture->breakpoint;
  Bytes there(instruction.size());
  const bool mapped = kernel_.read_memory(inferior.pid, address, there) == there.size();
  if (mapped && std::ranges::equal(there, instruction)) TRY(write_raw(inferior, address, entry->original));
  breakpoints.erase(address);
  inferior.space->copies.forget(address, 1);
  if (!mapped) return fail(Errc::unwritable, "the memory is gone, and the breakpoint with it");
  return {};
}

// Threads get them as they go on, and those that run are stopped for it. They are tried on one first: the kernel has a
// mind of its own about addresses, and others may use debug registers too (perf).
Result<> Engine::try_hardware(Inferior& inferior, const Stoppoint& stoppoint) {
  auto registers = inferior.debug_registers;
  TRY(registers.insert(stoppoint));
  std::swap(inferior.debug_registers, registers);
  ++inferior.debug_generation;
  auto* thread = inferior.any_stopped();
  if (thread == nullptr) return {};
  auto tried = set_debug_registers(inferior, *thread);
  if (tried || tried.error().code == Errc::no_thread) return {};  // it was killed, and its end will tell
  inferior.debug_registers = std::move(registers);
  ++inferior.debug_generation;
  return tried;
}

Result<> Engine::insert_hardware(Inferior& inferior, const Stoppoint& stoppoint, agent::HitProgram program) {
  const auto pid = inferior.pid;
  const auto paused = pause(pid);
  auto* process = find(pid);
  if (process == nullptr) return fail(Errc::no_process, "the process has ended");
  auto result = try_hardware(*process, stoppoint);
  if (result) process->hardware_programs.insert_or_assign(stoppoint, std::move(program));
  unpause(paused);
  return result;
}

// A thread that runs loses it at its next stop; a hit until then is passed over.
void Engine::remove_hardware(Inferior& inferior, const Stoppoint& stoppoint) {
  if (!inferior.debug_registers.contains(stoppoint)) return;
  inferior.debug_registers.remove(stoppoint);
  inferior.hardware_programs.erase(stoppoint);
  ++inferior.debug_generation;
}

Result<> Engine::insert(Pid pid, const Stoppoint& stoppoint, const HitActions& actions) {
  auto* process = TRY(inferior(pid));
  auto program = TRY(agent::HitProgram::verify(actions));
  if (stoppoint.type != StoppointType::software_breakpoint)
    return insert_hardware(*process, stoppoint, std::move(program));
  if (stoppoint.kind != process->architecture->breakpoint.size())
    return fail(Errc::malformed, "no breakpoint instruction has this size");
  return insert_breakpoint(*process, stoppoint.address, std::move(program));
}

Result<> Engine::remove(Pid pid, const Stoppoint& stoppoint) {
  auto* process = TRY(inferior(pid));
  if (stoppoint.type == StoppointType::software_breakpoint) return remove_breakpoint(*process, stoppoint.address);
  remove_hardware(*process, stoppoint);
  return {};
}

void Engine::lift_breakpoints(Inferior& inferior) {
  for (const auto address : inferior.space->breakpoints.addresses())
    static_cast<void>(remove_breakpoint(inferior, address));
  remove_copies(inferior);
}

void Engine::clear_debug_registers(Inferior& inferior) {
  if (!inferior.debug_registers.any()) return;
  inferior.debug_registers.clear();
  inferior.hardware_programs.clear();
  ++inferior.debug_generation;
}

void Engine::remove_all(Pid pid) {
  auto* process = find(pid);
  if (process == nullptr) return;
  lift_breakpoints(*process);
  clear_debug_registers(*process);
}

std::vector<BreakpointInfo> Engine::breakpoints(Pid pid) const {
  const auto* process = find(pid);
  return process == nullptr ? std::vector<BreakpointInfo>{} : process->space->breakpoints.list();
}

}  // namespace stub
