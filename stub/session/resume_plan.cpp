#include "stub/session/resume_plan.hpp"

#include <algorithm>

namespace stub {
namespace {

Result<ResumeRequest> request_of(Context& context, const ResumeAction& action) {
  const auto signal = to_kernel(action.signal, context.dialect.signals);
  if (!signal) return fail(Errc::malformed, "no such signal");
  const auto kind = action.kind == ResumeAction::Kind::step ? ResumeRequest::Kind::step : ResumeRequest::Kind::run;
  return ResumeRequest{.kind = kind, .signal = *signal, .range = action.range};
}

const ResumeAction* action_for(const Resume& resume, ThreadId thread) {
  const auto it = std::ranges::find_if(
      resume.actions, [&](const ResumeAction& action) { return !action.threads || matches(*action.threads, thread); });
  return it == resume.actions.end() ? nullptr : &*it;
}

// A client that names a thread wants that one; one that names all, or none, takes what there is. Of a process that has
// ended behind its back the end is what comes.
Result<> check_threads(Context& context, const Resume& resume) {
  TRY(process_of(context));
  const auto ended = [&](Pid pid) { return context.target.threads(pid).empty(); };
  if (std::ranges::any_of(context.claims.processes(), ended)) return {};
  for (const auto& action : resume.actions)
    if (action.threads) TRY(resolve(context, *action.threads));
  return {};
}

}  // namespace

Result<std::vector<ThreadResume>> plan(Context& context, const Resume& resume) {
  TRY(check_threads(context, resume));
  std::vector<ThreadResume> out;
  for (const auto thread : context.claims.threads()) {
    const auto* action = action_for(resume, thread);
    if (action != nullptr && action->kind != ResumeAction::Kind::stop)
      out.push_back({thread, TRY(request_of(context, *action))});
  }
  return out;
}

std::vector<ThreadId> to_halt(const Context& context, const Resume& resume) {
  std::vector<ThreadId> out;
  for (const auto thread : context.claims.threads()) {
    const auto* action = action_for(resume, thread);
    if (action != nullptr && action->kind == ResumeAction::Kind::stop) out.push_back(thread);
  }
  return out;
}

Result<std::vector<ThreadResume>> plan(Context& context, const ResumeSelected& resume) {
  TRY(process_of(context));
  auto request = TRY(request_of(context, {.kind = resume.kind, .signal = resume.signal, .range = {}, .threads = {}}));
  request.sent = context.dialect.sends_signals;
  const auto chosen = context.resuming.value_or(context.claims.current());
  const bool whole_process = context.dialect.continues_whole_process && resume.kind == ResumeAction::Kind::run;
  std::vector<ThreadResume> out;
  for (const auto thread : context.claims.threads()) {
    if (thread == chosen) out.push_back({thread, request});
    const bool goes_along = !context.resuming || (whole_process && thread.pid == chosen.pid);
    if (thread != chosen && goes_along) out.push_back({thread, {}});
  }
  return out;
}

}  // namespace stub
