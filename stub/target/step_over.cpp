// Engine: steps over breakpoints that no client is told of. What cannot be displaced is stepped in its place: the
// breakpoint is lifted while nobody else runs in that memory. Threads that come to one while they are being held for
// another's step take theirs together with it.
#include <algorithm>

#include "stub/target/engine.hpp"

namespace stub {

void Engine::step_over(Inferior& inferior, Thread& thread, Address address) {
  if (step_displaced(inferior, thread, address)) return;
  thread.owed_step = address;
  if (!inferior.space->being_held) take_owed_steps(inferior.space);
}

std::vector<ThreadId> Engine::owing(const AddressSpace& space) const {
  std::vector<ThreadId> out;
  for (const auto& [pid, inferior] : inferiors_) {
    if (inferior.space.get() != &space) continue;
    for (const auto& [tid, thread] : inferior.threads)
      if (thread.owed_step && thread.stopped()) out.push_back(thread.id);
  }
  return out;
}

// A thread may be born meanwhile: until a pass finds none that runs.
std::vector<ThreadId> Engine::hold_all(const AddressSpace& space) {
  std::vector<ThreadId> asked;
  for (std::size_t collected = 0;;) {
    for (auto& [pid, inferior] : inferiors_) {
      if (inferior.space.get() != &space) continue;
      for (auto& [tid, thread] : inferior.threads) {
        if (!thread.can_stop() || std::ranges::find(asked, thread.id) != asked.end()) continue;
        if (!thread.stop_wanted) ask_to_stop(thread);  // asked twice it would stop twice
        asked.push_back(thread.id);
      }
    }
    if (collected == asked.size()) return asked;
    for (; collected < asked.size(); ++collected)
      if (auto* process = find(asked[collected].pid)) collect(*process, asked[collected].tid);
  }
}

// While they are collected, any of them may be let go, or end.
// NOLINTNEXTLINE(performance-unnecessary-value-param): all that share the memory may
void Engine::take_owed_steps(std::shared_ptr<AddressSpace> space) {
  while (!owing(*space).empty()) {
    space->being_held = true;
    const auto held = hold_all(*space);
    std::vector<std::pair<ThreadId, PrivateStep>> taken;
    for (const auto id : owing(*space)) taken.emplace_back(id, step_lifted(*find(id.pid), *find(id)));
    for (const auto& [id, step] : taken) end_step_over(id, step);
    space->being_held = false;
    for (const auto id : held) let_run(id);
  }
}

// The memory may be gone by now, or the process.
bool Engine::is_inserted(const Inferior& inferior, Address address) {
  const auto& instruction = inferior.architecture->breakpoint;
  Bytes there(instruction.size());
  return kernel_.read_memory(inferior.pid, address, there) == there.size() && there == instruction;
}

// What was held for a step only. One that runs already may still have to answer that it was asked to stop.
void Engine::let_run(ThreadId id) {
  auto* thread = find(id);
  if (thread == nullptr || thread->has_event || thread->owed_step) return;
  auto& inferior = *find(id.pid);
  if (inferior.held) return;
  thread->stop_wanted = false;
  if (!thread->stopped()) return;
  thread->in_group_stop && !inferior.group_stop_ended ? listen(inferior, *thread) : go_on(inferior, *thread);
}

Engine::PrivateStep Engine::step_lifted(Inferior& inferior, Thread& thread) {
  const auto address = *std::exchange(thread.owed_step, std::nullopt);
  const auto* entry = inferior.space->breakpoints.find(address);
  if (entry == nullptr) return private_step(inferior, thread);
  if (!write_raw(inferior, address, entry->original) && is_inserted(inferior, address))
    return {StepEnd::not_lifted, {}, address};
  auto step = private_step(inferior, thread);
  step.address = address;
  if (inferior.space->breakpoints.contains(address))
    static_cast<void>(write_raw(inferior, address, inferior.architecture->breakpoint));
  return step;
}

// The thread goes on, unless somebody wants it stopped; a client that wanted one step of it has got that.
void Engine::end_step_over(ThreadId id, const PrivateStep& step) {
  auto* thread = find(id);
  if (thread == nullptr) return;
  auto& inferior = *find(id.pid);
  switch (step.end) {
    case StepEnd::stepped:
      if (thread->counting) return on_counted_step(inferior, *thread);
      if (thread->last.kind == ResumeRequest::Kind::step && !still_in_range(inferior, *thread))
        return report(inferior, *thread, stop::Step{});
      return on_silent_stop(inferior, *thread);
    case StepEnd::other_stop:
      if (!thread->displaced.copy) remember_answer(inferior, *thread, *step.status, step.address);
      return handle(*step.status);
    case StepEnd::not_lifted:
      return report(inferior, *thread, stop::Breakpoint{step.address});
    case StepEnd::blocked:
      thread->state = Thread::State::running;
      thread->step_cut_short = true;
      if (thread->stop_wanted || inferior.held) ask_to_stop(*thread);
  }
}

}  // namespace stub
