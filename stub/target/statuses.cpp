// Engine: what each wait status means for a thread that we know.
#include <algorithm>

#include "stub/target/engine.hpp"

namespace stub {
namespace {

bool is_debug_trap(const wait_status::SignalStop& s) {
  return s.signal == signals::trap && (s.code == si_kernel || s.code == trap_trace || s.code == trap_breakpoint ||
                                       s.code == trap_hardware || s.code == trap_handler);
}

bool is_end(const WaitReason& reason) {
  return std::holds_alternative<wait_status::Exited>(reason) || std::holds_alternative<wait_status::Killed>(reason);
}

}  // namespace

// A status of a thread that nobody has announced is of a birth, or of a stranger (we may be PID 1 or a subreaper).
void Engine::handle(const WaitStatus& status) {
  const auto owner = owners_.find(number(status.tid));
  if (owner == owners_.end()) {
    is_end(status.reason) ? births_.died(status.tid) : births_.appeared(status.tid);
    if (is_end(status.reason)) strangers_.push_back(status);
    if (inferiors_.empty()) release_orphans();
    return;
  }
  auto& inferior = *find(owner->second);
  auto& thread = inferior.threads.at(status.tid);
  if (!is_end(status.reason)) {
    thread.state = Thread::State::stopped;
    thread.registers.forget();
    thread.signal_stop.reset();
    thread.interrupted = false;
    thread.in_vfork = thread.begins_vfork = thread.in_group_stop = false;
    thread.step_cut_short |= thread.last.kind == ResumeRequest::Kind::step;
    if (thread.displaced.copy) {
      if (completes_step(inferior, thread, status)) return;
      leave_copy(inferior, thread, &status);
    }
  }
  if (inferior.departing) return depart(inferior, thread, status);
  std::visit([&](const auto& reason) { on(inferior, thread, reason); }, status.reason);
}

void Engine::report(Inferior& inferior, Thread& thread, decltype(StopEvent::what) what) {
  thread.stop_wanted = thread.halt_wanted = false;
  thread.has_event = true;
  if (thread.counting) thread.counting->count.state = Count::State::stopped;
  events_.push_back({{thread.id, std::move(what)}, inferior.held});
}

void Engine::on(Inferior& inferior, Thread& thread, const wait_status::Exited& exited) {
  if (thread.id.tid == leader(inferior.pid)) return process_ended(inferior, stop::Exited{exited.code});
  const auto id = thread.id;
  const bool told = tells_exit(inferior, thread);
  remove_thread(inferior, id.tid);
  if (told) events_.push_back({{id, stop::ThreadExit{exited.code}}, inferior.held});
}

bool Engine::tells_exit(const Inferior& inferior, const Thread& thread) {
  return !inferior.shadow && (inferior.interests.thread_exits || thread.interests.exit);
}

// Of a leader the kernel tells with the whole process's end only, and then with what code.
void Engine::mark_zombie(const Inferior& inferior, Thread& thread) {
  thread.state = Thread::State::zombie;
  const bool first = thread.id.tid == leader(inferior.pid);
  if (first && tells_exit(inferior, thread)) events_.push_back({{thread.id, stop::ThreadExit{}}, inferior.held});
}

// gdb keeps a thread whose exit it wants to hear of in its list until it does.
void Engine::look_for_ended_leaders() {
  for (auto& [pid, inferior] : inferiors_) {
    const auto it = inferior.threads.find(leader(pid));
    if (it == inferior.threads.end() || !tells_exit(inferior, it->second)) continue;
    if (it->second.state == Thread::State::running && has_ended(inferior, it->second))
      mark_zombie(inferior, it->second);
  }
}

void Engine::on(Inferior& inferior, Thread& thread, const wait_status::Killed& killed) {
  if (thread.id.tid == leader(inferior.pid)) return process_ended(inferior, stop::Killed{killed.signal});
  remove_thread(inferior, thread.id.tid);
}

void Engine::process_ended(Inferior& inferior, decltype(StopEvent::what) what) {
  const ThreadId id{inferior.pid, leader(inferior.pid)};
  const bool shadow = inferior.shadow;
  if (awaited_end_ == id.pid) remembered_end_ = exit_status(what);
  const auto space = inferior.space;
  last_dead_ = Dead{space, inferior.architecture};
  remove_inferior(id.pid);
  release_orphans();
  end_vfork(id.tid);
  if (shadow) return;
  release_borrowers(*space, id.pid);
  events_.push_back({{id, std::move(what)}, false});
}

void Engine::on(Inferior& inferior, Thread& thread, const wait_status::SignalStop& stop) {
  thread.signal_stop = stop.signal;
  if (is_debug_trap(stop)) return on_trap(inferior, thread, stop.code);
  if (thread.pass_next == stop.signal) {
    thread.pass_next.reset();
    return pass_on(inferior, thread, stop.signal);
  }
  // A step that leads into a handler needs its client's care, as with gdbserver.
  const bool stepping = thread.last.kind == ResumeRequest::Kind::step;
  const bool unseen = inferior.shadow || (!stepping && inferior.pass_signals.contains(stop.signal) &&
                                          !caused_by_breakpoint(inferior, thread, stop.signal));
  if (unseen) return pass_on(inferior, thread, stop.signal);
  report(inferior, thread, stop::Signal{stop.signal});
}

// gdb has a function that it calls return to a breakpoint on the stack, where nothing can be executed.
bool Engine::caused_by_breakpoint(Inferior& inferior, Thread& thread, KernelSignal signal) {
  if (signal != signals::segmentation_fault || inferior.space->breakpoints.empty()) return false;
  const auto pc = integer(inferior, thread, inferior.architecture->pc);
  return pc && inferior.space->breakpoints.contains(Address{*pc});
}

// Any trap takes a pending interrupt with it (kernel/signal.c, ptrace_stop): ask again.
void Engine::pass_on(Inferior& inferior, Thread& thread, KernelSignal signal) {
  const bool stop_wanted = thread.stop_wanted;
  go_on(inferior, thread, signal);
  if (stop_wanted) ask_to_stop(thread);
}

// Its parent is on its way out of the call: it stops as any other.
void Engine::end_vfork(Tid child) {
  for (auto& [pid, inferior] : inferiors_)
    for (auto& [tid, thread] : inferior.threads)
      if (thread.in_vfork && thread.vfork_child == child) thread.in_vfork = false;
}

// Back from where it could not be stopped.
void Engine::pass_on_from_vfork(Inferior& inferior, Thread& thread) {
  thread.stop_wanted |= thread.halt_wanted || inferior.held;
  pass_on(inferior, thread, signals::none);
}

void Engine::on_trap(Inferior& inferior, Thread& thread, int code) {
  if (code == si_kernel) return on_breakpoint_instruction(inferior, thread);
  const auto hits = take_hits(thread);
  const auto hit =
      std::ranges::find_if(hits, [&](const auto& h) { return inferior.debug_registers.contains(h.stoppoint); });
  if (hit != hits.end()) {
    if (hit->stoppoint.type == StoppointType::hardware_breakpoint)
      return on_hardware_hit(inferior, thread, hit->stoppoint);
    return report(inferior, thread,
                  stop::Watchpoint{hit->stoppoint, hit->address, static_cast<std::uint32_t>(hit->slot)});
  }
  if (code == trap_hardware) return pass_on(inferior, thread, signals::none);  // of one that was removed meanwhile
  on_step(inferior, thread);
}

void Engine::on_breakpoint_instruction(Inferior& inferior, Thread& thread) {
  const auto& cpu = *inferior.architecture;
  const auto pc = integer(inferior, thread, cpu.pc);
  if (!pc && pc.error().code == Errc::no_thread) return;  // it was killed meanwhile, and its end will tell
  if (!pc) return report(inferior, thread, stop::Signal{signals::trap});  // a 32-bit program in 64-bit code
  const Address address{*pc - cpu.pc_past_breakpoint};
  const bool inserted = inferior.space->breakpoints.contains(address);
  if (!inserted) {
    Bytes there(cpu.breakpoint.size());
    kernel_.read_memory(inferior.pid, address, there);
    if (there == cpu.breakpoint) return report(inferior, thread, stop::ProgramBreakpoint{address});
  }
  static_cast<void>(set_integer(inferior, thread, cpu.pc, address.value));
  if (!inserted) return pass_on(inferior, thread, signals::none);  // removed before we came to it
  // Should we die now, the kernel resumes this thread as it stands.
  if (inferior.origin == Origin::attached) static_cast<void>(store(inferior, thread));
  on_hit(inferior, thread, address);
}

// DR6 names slots as they were when the thread trapped.
std::vector<arch::DebugRegisters::Hit> Engine::take_hits(Thread& thread) {
  if (!thread.hits_before.empty()) return std::exchange(thread.hits_before, {});
  if (!thread.debug_registers.any()) return {};
  return thread.debug_registers.hits(kernel_.take_debug_status(thread.id.tid).value_or(0));
}

bool Engine::still_in_range(Inferior& inferior, Thread& thread) {
  if (!thread.last.range) return false;
  const auto pc = integer(inferior, thread, inferior.architecture->pc);
  return pc && thread.last.range->contains({*pc});
}

void Engine::on_step(Inferior& inferior, Thread& thread) {
  const bool cut_short = std::exchange(thread.step_cut_short, false);
  if (thread.counting) return on_counted_step(inferior, thread);
  if (thread.last.kind == ResumeRequest::Kind::step) {
    if (!still_in_range(inferior, thread)) return report(inferior, thread, stop::Step{});
    if (thread.stop_wanted) return on_silent_stop(inferior, thread);
    return go_on(inferior, thread);
  }
  if (cut_short) return pass_on(inferior, thread, signals::none);
  report(inferior, thread, stop::Signal{signals::trap});  // the program's own trap flag
}

// A stop that means nothing by itself: what we asked for, or a late answer to what we no longer want.
void Engine::on_silent_stop(Inferior& inferior, Thread& thread) {
  if (std::exchange(thread.halt_wanted, false)) return report(inferior, thread, stop::Halted{});
  if (!std::exchange(thread.stop_wanted, false) && !inferior.held) go_on(inferior, thread);
}

void Engine::on(Inferior& inferior, Thread& thread, const wait_status::InterruptStop&) {
  thread.interrupted = true;
  on_silent_stop(inferior, thread);
}

// The program is stopped for job control: it stays so, until SIGCONT or a client's resume.
void Engine::on(Inferior& inferior, Thread& thread, const wait_status::GroupStop&) {
  if (inferior.group_stop_ended) return on_silent_stop(inferior, thread);
  thread.in_group_stop = true;
  if (thread.stop_wanted || inferior.held) return on_silent_stop(inferior, thread);
  listen(inferior, thread);
}

// The caller is still inside its system call, whose result is not there yet: it stays stopped here only where a client
// wants to know.
void Engine::on(Inferior& inferior, Thread& thread, const wait_status::NewTask& task) {
  if (kernel_.is_thread_of({inferior.pid, task.child})) {
    adopt_thread(inferior, thread, task.child);
  } else {
    thread.begins_vfork = task.kind == wait_status::NewTask::Kind::vfork;
    thread.vfork_child = task.child;
    adopt_process(inferior, thread, task);
  }
  if (!thread.has_event) pass_on(inferior, thread, signals::none);
}

void Engine::on(Inferior& inferior, Thread& thread, const wait_status::VforkDone&) {
  if (inferior.interests.vforks && !inferior.shadow) return report(inferior, thread, stop::VforkDone{});
  pass_on_from_vfork(inferior, thread);
}

// Not where the call's return is told too. False: the thread is gone.
bool Engine::leave_exec(Inferior& inferior, Thread& thread) {
  const auto call = integer(inferior, thread, inferior.architecture->system_calls.restart);
  return (call && catches(inferior, *call)) || finish_exec(inferior, thread);
}

// The caller is the only thread left, has the leader's number, and new memory.
void Engine::on(Inferior& inferior, Thread& thread, const wait_status::Exec& exec) {
  if (inferior.shadow) {
    end_vfork(thread.id.tid);
    return release_all(inferior);
  }
  tell_observer_of_exec(inferior, thread, exec.former);
  while (inferior.threads.size() > 1) {
    const auto first = inferior.threads.begin();
    remove_thread(inferior, first->first == thread.id.tid ? std::next(first)->first : first->first);
  }
  std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread == thread.id; });
  const auto old_space = std::exchange(inferior.space, std::make_shared<AddressSpace>());
  kernel_.forget_memory(inferior.pid);
  release_borrowers(*old_space, inferior.pid);
  inferior.vfork_child = false;
  end_vfork(thread.id.tid);
  inferior.debug_registers.clear();
  inferior.hardware_programs.clear();
  inferior.debug_generation = thread.debug_generation = 0;
  thread.debug_registers.clear();
  thread.hits_before.clear();
  inferior.saved_registers.clear();
  const auto architecture = identify(inferior.pid);
  if (!architecture) {
    warn_(architecture.error().text + ": let go");
    const ThreadId id = thread.id;
    release_all(inferior);
    events_.push_back({{id, stop::Exited{0}}, false});
    return;
  }
  inferior.architecture = *architecture;
  thread.registers = arch::RegisterFile(**architecture);
  thread.deferred.reset();
  thread.pass_next.reset();
  thread.answered.reset();
  thread.last = {};
  if (!inferior.interests.passing && !leave_exec(inferior, thread)) return;
  report(inferior, thread, stop::Exec{kernel_.executable_path(inferior.pid)});
}

}  // namespace stub
