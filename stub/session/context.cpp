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

Result<Pid> process_of(Context& context) {
  const auto pid = context.all_stop.process();
  if (!pid) return fail(Errc::no_process, "there is no process");
  return *pid;
}

Result<const arch::Architecture*> architecture_of(Context& context) {
  const auto* architecture = context.target.architecture(TRY(process_of(context)));
  if (architecture == nullptr) return fail(Errc::no_process, "the process is gone");
  return architecture;
}

Result<ThreadId> resolve(Context& context, const ThreadSelector& selector) {
  const auto pid = TRY(process_of(context));
  const auto threads = context.target.threads(pid);
  const auto current = context.all_stop.current();
  if (selector.process && !matches(*selector.process, number(pid)))
    return fail(Errc::wrong_process, "not a process of this session");
  if (selector.thread.kind != IdPattern::Kind::one) return current;
  const auto it = std::ranges::find_if(threads, [&](ThreadId t) { return matches(selector, t); });
  if (it == threads.end()) return fail(Errc::no_thread, "no such thread");
  return *it;
}

Result<ThreadId> resolve_general(Context& context, const std::optional<ThreadSelector>& selector) {
  if (selector) return resolve(context, *selector);
  TRY(process_of(context));
  return context.general.value_or(context.all_stop.current());
}

}  // namespace stub
