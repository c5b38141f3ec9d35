#include "stub/session/context.hpp"

#include <algorithm>

namespace stub {
namespace {

bool matches(const IdPattern& pattern, std::int32_t id) {
  return pattern.kind != IdPattern::Kind::one || pattern.id == id;
}

}  // namespace

bool matches(const ThreadSelector& selector, ThreadId thread) {
  return (!selector.process || matches(*selector.process, number(thread.pid))) &&
         matches(selector.thread, number(thread.tid));
}

ThreadId general_thread(const Context& context) { return context.general.value_or(context.claims.current()); }

Result<Pid> process_of(Context& context) {
  const auto pid = general_thread(context).pid;
  if (!context.claims.has(pid)) return fail(Errc::no_process, "there is no process");
  return pid;
}

Result<Pid> claimed_process(Context& context, std::optional<Pid> named) {
  const auto pid = TRY(process_of(context));
  if (!named) return pid;
  if (!context.claims.has(*named)) return fail(Errc::wrong_process, "not a process of this session");
  return *named;
}

std::optional<Pid> started_alone(const Context& context) {
  return context.role == Role::platform ? context.started : std::nullopt;
}

void tell_interests(Context& context) {
  for (const auto pid : context.claims.processes()) context.target.set_interests(pid, context.interests);
}

void claim(Context& context, Pid pid) {
  context.claims.add(pid);
  context.target.set_interests(pid, context.interests);
  if (context.deliver_at_detach) context.target.deliver_at_detach(pid, context.deliver_at_detach);
  if (!context.pass_signals.empty()) context.target.pass_signals(pid, context.pass_signals);
}

Reply await_reply(Context& context, std::function<std::optional<Reply>()> awaited) {
  if (context.awaited) return Reply::error({Errc::running, "an earlier packet still waits for its answer", 0});
  context.awaited = std::move(awaited);
  return Reply::none();
}

Result<const arch::Architecture*> architecture_of(Context& context) {
  const auto* architecture = context.target.architecture(TRY(process_of(context)));
  if (architecture == nullptr) return fail(Errc::no_process, "the process is gone");
  return architecture;
}

// Without a process in it a selector means the current one's threads, and only then all others'.
Result<ThreadId> resolve(Context& context, const ThreadSelector& selector) {
  if (context.claims.empty()) return fail(Errc::no_process, "there is no process");
  const auto& processes = context.claims.processes();
  const bool known = !selector.process ||
                     std::ranges::any_of(processes, [&](Pid pid) { return matches(*selector.process, number(pid)); });
  if (!known) return fail(Errc::wrong_process, "not a process of this session");
  const auto current = context.claims.current();
  if (selector.thread.kind != IdPattern::Kind::one && matches(selector, current)) return current;
  const auto threads = context.claims.threads();
  const auto it = std::ranges::find_if(threads, [&](ThreadId t) { return matches(selector, t); });
  if (it == threads.end()) return fail(Errc::no_thread, "no such thread");
  return *it;
}

Result<ThreadId> resolve_general(Context& context, const std::optional<ThreadSelector>& selector) {
  if (selector) return resolve(context, *selector);
  TRY(process_of(context));
  return general_thread(context);
}

}  // namespace stub
