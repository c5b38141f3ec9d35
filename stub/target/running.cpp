// Engine: making threads run, stopping them, letting them go, and which of their events still hold.
#include <algorithm>

#include "stub/target/engine.hpp"

namespace stub {
namespace {

// A thread that does not stop within this is blocked in the kernel; it is left to stop when it can.
constexpr Kernel::Milliseconds patience{100};
constexpr int patience_rounds = 20;
constexpr int late_interrupts = 3;  // of one thread, at most
constexpr Kernel::Milliseconds death_bound{100};
constexpr int death_rounds = 100;

bool stops_job(KernelSignal signal) {
  const int value = number(signal);
  return value >= 19 && value <= 22;  // SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU
}

}  // namespace

void Engine::start(Inferior& inferior, Thread& thread, ResumeRequest request) {
  thread.last = request;
  thread.halt_wanted = false;
  go_on(inferior, thread, request.signal);
}

// Resumes a thread as its last request says. A signal can be given along only where one was about to be delivered:
// elsewhere ptrace ignores it, so it is queued and its delivery passes unseen; one that is sent is queued to be seen.
void Engine::go_on(Inferior& inferior, Thread& thread, KernelSignal signal) {
  // A thread that is gone is told by its wait status.
  if (const auto stored = store(inferior, thread); !stored && stored.error().code != Errc::no_thread)
    warn_("registers that were changed are lost: " + stored.error().text);
  if (const auto set = set_debug_registers(inferior, thread); !set && set.error().code != Errc::no_thread)
    warn_("a thread goes on without hardware breakpoints and watchpoints: " + set.error().text);
  const bool goes_along = thread.signal_stop && (!thread.last.sent || thread.signal_stop == signal);
  if (signal != signals::none && !goes_along) {
    if (!thread.last.sent) thread.pass_next = signal;
    static_cast<void>(kernel_.queue_signal(thread.id, signal));
    signal = signals::none;
  }
  if (stops_job(signal)) inferior.group_stop_ended = false;
  thread.signal_stop.reset();
  thread.deferred.reset();
  thread.owed_step.reset();
  thread.stop_wanted = false;
  thread.in_vfork |= std::exchange(thread.begins_vfork, false);
  thread.state = Thread::State::running;
  quiet_ = false;
  thread.registers.forget();
  const auto freely = stops_at_calls(inferior) ? ResumeHow::run_to_system_call : ResumeHow::run;
  const auto how = thread.last.kind == ResumeRequest::Kind::step ? ResumeHow::step : freely;
  static_cast<void>(kernel_.resume(thread.id.tid, how, signal));
}

// Stays stopped for job control, and tells when that ends.
void Engine::listen(Inferior& inferior, Thread& thread) {
  static_cast<void>(set_debug_registers(inferior, thread));
  static_cast<void>(store(inferior, thread));
  thread.state = Thread::State::running;
  static_cast<void>(kernel_.resume(thread.id.tid, ResumeHow::listen, signals::none));
}

Result<> Engine::resume(ThreadId id, ResumeRequest request) {
  auto* thread = TRY(stopped_thread(id));
  auto& inferior = *find(id.pid);
  inferior.held = false;
  inferior.group_stop_ended |= thread->in_group_stop;
  if (!thread->has_event) {
    start(inferior, *thread, request);
    return {};
  }
  if (request.signal != signals::none) {
    if (!request.sent) thread->pass_next = request.signal;
    TRY(kernel_.queue_signal(id, request.signal));
    request.signal = signals::none;
  }
  thread->deferred = request;
  for (auto& queued : events_)
    if (queued.event.thread == id) queued.held_back = false;
  return {};
}

void Engine::ask_to_stop(Thread& thread) {
  thread.stop_wanted = true;
  static_cast<void>(kernel_.interrupt(thread.id.tid));
}

void Engine::hold(Pid pid) {
  auto* inferior = find(pid);
  if (inferior == nullptr) return;
  inferior->held = true;
  for (auto& [tid, thread] : inferior->threads) {
    thread.deferred.reset();
    if (thread.can_stop()) ask_to_stop(thread);
  }
  collect(*inferior, Vforks::skip);
  for (auto& queued : events_)
    if (queued.event.thread.pid == pid && !queued.event.ends_process()) queued.held_back = true;
}

void Engine::halt(ThreadId id) {
  auto* thread = find(id);
  if (thread == nullptr || thread->state != Thread::State::running) return;
  thread->halt_wanted = true;
  if (thread->can_stop()) ask_to_stop(*thread);
}

// Stops those that run for a moment; nobody is told. New threads may come meanwhile: until a whole pass finds none.
std::vector<ThreadId> Engine::pause(Pid pid) {
  std::vector<ThreadId> paused;
  for (std::size_t done = 0;;) {
    auto* process = find(pid);
    if (process == nullptr) return paused;
    for (auto& [tid, thread] : process->threads) {
      if (!thread.can_stop() || std::ranges::find(paused, thread.id) != paused.end()) continue;
      if (!thread.stop_wanted) ask_to_stop(thread);  // asked twice it would stop twice
      paused.push_back(thread.id);
    }
    if (done == paused.size()) return paused;
    for (; done < paused.size(); ++done)
      if (auto* still = find(pid)) collect(*still, paused[done].tid);
  }
}

void Engine::unpause(const std::vector<ThreadId>& paused) {
  for (const auto id : paused) let_run(id);
}

// Waits until every thread has stopped. The inferior may be gone afterwards.
void Engine::collect(Inferior& inferior, Vforks vforks) {
  const auto pid = inferior.pid;
  const auto awaited = [&](const Thread& thread) {
    return thread.can_stop() || (vforks == Vforks::wait && thread.state == Thread::State::running);
  };
  std::set<Tid> done;
  for (;;) {
    auto* process = find(pid);
    if (process == nullptr) return;
    const auto it = std::ranges::find_if(process->threads,
                                         [&](const auto& t) { return awaited(t.second) && !done.contains(t.first); });
    if (it == process->threads.end()) return;
    done.insert(it->first);
    collect(*process, it->first);
  }
}

void Engine::collect(Inferior& inferior, Tid tid) {
  const ThreadId id{inferior.pid, tid};
  for (int idle = 0; idle < patience_rounds;) {
    const auto* thread = find(id);
    if (thread == nullptr || thread->state != Thread::State::running) return;
    if (const auto status = kernel_.wait(tid, patience)) {
      handle(*status);
      continue;
    }
    ++idle;
    poll();  // an exec gives the thread another number
    auto* again = find(id);
    if (again != nullptr && again->state == Thread::State::running && kernel_.is_zombie(id))
      mark_zombie(*find(id.pid), *again);
  }
}

// Waiting for any thread costs the kernel time in proportion to their number: with one running it is waited for by
// name.
bool Engine::wait(Kernel::Milliseconds bound) {
  const Thread* only = nullptr;
  std::size_t count = 0;
  for (const auto& [pid, inferior] : inferiors_)
    for (const auto& [tid, thread] : inferior.threads)
      if (thread.state != Thread::State::stopped && ++count == 1) only = &thread;
  auto status = count == 1 ? kernel_.wait(only->id.tid, bound) : kernel_.wait_any(bound);
  if (!status && count == 1) status = kernel_.poll_any();  // a process that was killed, an exec
  return take(status);
}

bool Engine::wait_for_any(Kernel::Milliseconds bound) { return take(kernel_.wait_any(bound)); }

bool Engine::poll_one() { return take(kernel_.poll_any()); }

bool Engine::take(const std::optional<WaitStatus>& status) {
  quiet_ = !status.has_value();
  if (status) {
    handle(*status);
  } else {
    look_for_ended_leaders();
    release_orphans();
  }
  return status.has_value();
}

void Engine::poll() {
  while (poll_one()) {}
}

std::set<Pid> Engine::processes_with_events() const {
  std::set<Pid> out;
  for (const auto& queued : events_)
    if (!queued.held_back) out.insert(queued.event.thread.pid);
  return out;
}

std::optional<StopEvent> Engine::next_event(HeldBack held_back, const std::set<Pid>* only) {
  for (auto it = events_.begin(); it != events_.end();) {
    const bool others = only != nullptr && !only->contains(it->event.thread.pid);
    if (others || (it->held_back && left(it->event, held_back))) {
      ++it;
      continue;
    }
    const auto queued = std::move(*it);
    it = events_.erase(it);
    if (queued.event.ends_thread()) return queued.event;
    auto* inferior = find(queued.event.thread.pid);
    auto* thread = find(queued.event.thread);
    if (inferior == nullptr || thread == nullptr) continue;
    thread->has_event = false;
    if (stale(queued, *inferior, *thread) == Stale::no) {
      thread->deferred.reset();
      return queued.event;
    }
    drop_event(*inferior, *thread);
    it = events_.begin();
  }
  return std::nullopt;
}

Engine::Stale Engine::stale(const QueuedEvent& queued, Inferior& inferior, Thread& thread) {
  const auto gone = [](bool yes) { return yes ? Stale::yes : Stale::no; };
  return std::visit(
      Overloaded{
          [](const auto&) { return Stale::no; },
          [&](const stop::Breakpoint& b) {
            const auto pc = integer(inferior, thread, inferior.architecture->pc);
            return gone(!inferior.space->breakpoints.contains(b.address) || !pc || *pc != b.address.value);
          },
          [&](const stop::HardwareBreakpoint& b) {
            const auto pc = integer(inferior, thread, inferior.architecture->pc);
            return gone(!inferior.debug_registers.contains(b.stoppoint) || !pc || *pc != b.stoppoint.address.value);
          },
          [&](const stop::Watchpoint& w) { return gone(!inferior.debug_registers.contains(w.stoppoint)); },
          [&](const stop::Step&) {
            return gone(thread.deferred && thread.deferred->kind != ResumeRequest::Kind::step);
          },
      },
      queued.event.what);
}

void Engine::drop_event(Inferior& inferior, Thread& thread) {
  if (!thread.deferred) return;
  const auto request = *thread.deferred;
  start(inferior, thread, request);
}

// Whether it has ended, which nobody has been told: nobody will be.
bool Engine::forget_end(Pid pid) {
  return std::erase_if(events_,
                       [&](const QueuedEvent& q) { return q.event.thread.pid == pid && q.event.ends_process(); }) != 0;
}

Result<> Engine::kill(Pid pid) {
  if (forget_end(pid)) return {};
  TRY(inferior(pid));
  hold(pid);  // whatever it does afterwards is told to nobody
  for (const auto child : untold_children(pid)) TRY(kill(child));
  TRY(kernel_.send_signal(pid, signals::kill));
  for (int idle = 0; idle < death_rounds && find(pid) != nullptr;) {
    const auto status = kernel_.wait_any(death_bound);
    status ? handle(*status) : void(++idle);
  }
  if (find(pid) != nullptr) return fail(Errc::system, "the process does not die");
  std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread.pid == pid; });
  return {};
}

// A signal that the program has not got yet is its own; what stopped it for us is not. Without a client's word a SIGINT
// that was reported is taken for ours: it is what both debuggers discard unless told otherwise.
KernelSignal Engine::signal_at_detach(const Inferior& inferior, const Thread& thread) const {
  const auto signal = thread.signal_stop.value_or(signals::none);
  if (signal == signals::trap) return signals::none;
  const auto& wanted = inferior.deliver_at_detach;
  const bool delivered = wanted ? wanted->contains(signal) : signal != signals::interrupt || thread.has_event;
  return delivered ? signal : signals::none;
}

void Engine::release(Inferior& inferior, Thread& thread, KernelSignal signal) {
  static_cast<void>(set_debug_registers(inferior, thread));
  static_cast<void>(store(inferior, thread));
  static_cast<void>(kernel_.detach(thread.id.tid, signal));
}

// A thread that is in vfork can be let go only when it comes out of it.
void Engine::release_all(Inferior& inferior) {
  std::vector<Tid> left;
  for (auto& [tid, thread] : inferior.threads)
    thread.state == Thread::State::running ? left.push_back(tid)
                                           : release(inferior, thread, signal_at_detach(inferior, thread));
  if (left.empty()) return remove_inferior(inferior.pid);
  std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread.pid == inferior.pid; });
  std::erase_if(inferior.threads, [&](const auto& t) { return std::ranges::find(left, t.first) == left.end(); });
  inferior.departing = true;
}

void Engine::depart(Inferior& inferior, Thread& thread, const WaitStatus& status) {
  const auto* stop = std::get_if<wait_status::SignalStop>(&status.reason);
  const auto signal = stop != nullptr && stop->signal != signals::trap ? stop->signal : signals::none;
  release(inferior, thread, signal);
  remove_thread(inferior, thread.id.tid);
  if (inferior.threads.empty()) remove_inferior(inferior.pid);
}

// An interrupt overtakes the SIGTRAP of an instruction that has trapped already (kernel/signal.c, get_signal). Let go
// like that, the thread would die of it, and with its pc behind the breakpoint.
void Engine::settle_traps(Inferior& inferior) {
  std::vector<ThreadId> pending;
  for (const auto& [tid, thread] : inferior.threads)
    if (trap_is_due(thread)) pending.push_back(thread.id);
  for (const auto id : pending) {
    for (int tries = 0; tries < late_interrupts; ++tries) {
      auto* thread = find(id);
      if (thread == nullptr || !trap_is_due(*thread)) break;
      go_on(*find(id.pid), *thread);  // not asked to stop: that would overtake the trap again
      if (const auto status = kernel_.wait(id.tid, patience)) handle(*status);
    }
    auto* thread = find(id);
    if (thread == nullptr || thread->stopped()) continue;
    ask_to_stop(*thread);
    collect(*find(id.pid), id.tid);
  }
}

bool Engine::trap_is_due(const Thread& thread) {
  return thread.stopped() && !thread.signal_stop && kernel_.has_pending(thread.id, signals::trap);
}

// Children that a client has not been told of by a fork event still in the queue.
std::vector<Pid> Engine::untold_children(Pid pid) const {
  std::vector<Pid> children;
  for (const auto& queued : events_)
    if (const auto* fork = std::get_if<stop::Fork>(&queued.event.what);
        fork != nullptr && queued.event.thread.pid == pid)
      children.push_back(fork->child.pid);
  return children;
}

// It borrows memory with breakpoints in it: we go with it until it is done with that.
void Engine::become_shadow(Inferior& inferior) {
  inferior.shadow = true;
  std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread.pid == inferior.pid; });
  for (auto& [tid, thread] : inferior.threads) {
    thread.has_event = false;
    if (thread.stopped()) start(inferior, thread, {.signal = signal_at_detach(inferior, thread)});
  }
}

// Children that borrow this memory are let go first: nobody is left to step them over breakpoints, and a parent in
// vfork cannot stop before they are done.
Result<> Engine::detach(Pid pid) {
  if (forget_end(pid)) return {};
  TRY(inferior(pid));
  hold(pid);
  if (auto* process = find(pid)) settle_traps(*process);
  for (const auto child : untold_children(pid)) TRY(detach(child));
  auto* process = find(pid);
  if (process == nullptr) return {};
  if (process->vfork_child && has_other_owner(*process->space, pid)) {
    clear_debug_registers(*process);  // a hit after we are gone would kill it
    process->space->breakpoints.empty() ? release_all(*process) : become_shadow(*process);
    return {};
  }
  remove_all(pid);
  const auto space = process->space;
  release_borrowers(*space, pid);
  process = find(pid);  // a parent in vfork may come out of it meanwhile, and end
  if (process == nullptr) return {};
  for (auto& [tid, thread] : process->threads)
    if (thread.state == Thread::State::running) ask_to_stop(thread);
  collect(*process, Vforks::wait);
  if (auto* held = find(pid)) settle_traps(*held);  // of watchpoints, which those in vfork still had
  if (auto* held = find(pid)) release_all(*held);
  return {};
}

}  // namespace stub
