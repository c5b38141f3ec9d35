// Engine: system calls that threads stop at, for a client that catches them and for an observer who holds nobody up.
#include "stub/target/engine.hpp"

namespace stub {

bool Engine::stops_at_calls(const Inferior& inferior) {
  return (inferior.interests.system_calls || inferior.call_observer != nullptr) && !inferior.shadow;
}

bool Engine::catches(const Inferior& inferior, std::uint64_t call) {
  const auto& caught = inferior.interests.system_calls;
  return caught && !inferior.shadow && (caught->empty() || caught->contains(call));
}

void Engine::on(Inferior& inferior, Thread& thread, const wait_status::SystemCallStop& stop) {
  tell_observer(inferior, thread, stop);
  if (!catches(inferior, stop.number)) return pass_on(inferior, thread, signals::none);
  report(inferior, thread,
         stop::SystemCall{stop.entry ? stop::SystemCall::At::entry : stop::SystemCall::At::exit, stop.number});
}

void Engine::tell_observer(Inferior& inferior, Thread& thread, const wait_status::SystemCallStop& stop) {
  if (inferior.call_observer == nullptr || inferior.shadow) return;
  const auto& calls = inferior.architecture->system_calls;
  if (!stop.entry) {
    if (const auto result = integer(inferior, thread, calls.result); result)
      inferior.call_observer->returned(thread.id, *result);
    return;
  }
  CallMade call{thread.id, inferior.architecture, stop.number, {}};
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    call.arguments[i] = integer(inferior, thread, calls.arguments[i]).value_or(0);
  inferior.call_observer->called(call);
}

// The call's own return has no stop of its own where nobody catches it.
void Engine::tell_observer_of_exec(Inferior& inferior, Thread& thread, Tid former) {
  auto* observer = inferior.call_observer;
  if (observer == nullptr) return;
  if (former != thread.id.tid) observer->became_leader({inferior.pid, former});
  observer->returned(thread.id, 0);
}

// Threads that run are stopped for a moment: only how they are resumed makes them stop at calls.
Result<> Engine::observe_calls(Pid pid, CallObserver* observer) {
  auto* process = TRY(inferior(pid));
  const bool stopped_there = stops_at_calls(*process);
  process->call_observer = observer;
  if (!stopped_there && stops_at_calls(*process)) unpause(pause(pid));
  return {};
}

}  // namespace stub
