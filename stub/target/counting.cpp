// Engine: counting a thread's instructions, by stepping it.
#include <chrono>

#include "stub/target/engine.hpp"

namespace stub {

Result<> Engine::begin_count(ThreadId id, std::optional<Address> until) {
  auto* thread = TRY(stopped_thread(id));
  auto& inferior = *find(id.pid);
  const Address pc{TRY(integer(inferior, *thread, inferior.architecture->pc))};
  thread->counting = Counting{until, {}};
  if (thread->has_event) {  // what has happened already comes first
    thread->counting->count.state = Count::State::stopped;
    return {};
  }
  thread->last = {.kind = ResumeRequest::Kind::step};
  inferior.group_stop_ended |= thread->in_group_stop;
  inferior.space->breakpoints.contains(pc) ? step_over(inferior, *thread, pc) : go_on(inferior, *thread);
  return {};
}

void Engine::on_counted_step(Inferior& inferior, Thread& thread) {
  auto& [until, count] = *thread.counting;
  ++count.instructions;
  if (until) {
    const auto pc = integer(inferior, thread, inferior.architecture->pc);
    if (pc && *pc == until->value) count.state = Count::State::arrived;
  }
  if (count.state == Count::State::goes_on && !thread.stop_wanted) go_on(inferior, thread);
}

// An interrupt that came late, or a stop that a held process takes for its own, does not end it.
Result<Count> Engine::count_on(ThreadId id, Kernel::Milliseconds bound) {
  const auto end = std::chrono::steady_clock::now() + bound;
  for (;;) {
    auto* thread = find(id);
    if (thread == nullptr || !thread->counting) return Count{Count::State::gone, 0};
    if (thread->counting->count.state != Count::State::goes_on) return thread->counting->count;
    if (thread->stopped()) go_on(*find(id.pid), *thread);
    if (std::chrono::steady_clock::now() >= end) return thread->counting->count;
    if (const auto status = kernel_.wait(id.tid, bound)) {
      handle(*status);
    } else if (auto* waiting = find(id); waiting != nullptr) {
      return waiting->counting.value_or(Counting{}).count;  // in a system call
    }
  }
}

Result<Count> Engine::end_count(ThreadId id) {
  auto* thread = find(id);
  if (thread == nullptr || !thread->counting) return Count{Count::State::gone, 0};
  if (thread->can_stop()) {
    ask_to_stop(*thread);
    collect(*find(id.pid), id.tid);
    thread = find(id);
    if (thread == nullptr) return Count{Count::State::gone, 0};
  }
  const auto counted = thread->counting.value_or(Counting{}).count;
  thread->counting.reset();
  thread->stop_wanted = false;
  return counted;
}

}  // namespace stub
