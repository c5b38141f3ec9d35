#include "stub/session/resume_plan.hpp"

#include <algorithm>

namespace stub {
namespace {

Result<ResumeRequest> request_of(Context& context, ResumeAction::Kind kind, WireSignal wire) {
  const auto signal = to_kernel(wire, context.dialect.signals);
  if (!signal) return fail(Errc::malformed, "no such signal");
  return ResumeRequest{kind == ResumeAction::Kind::step ? ResumeRequest::Kind::step : ResumeRequest::Kind::run,
                       *signal};
}

const ResumeAction* action_for(const Resume& resume, ThreadId thread) {
  const auto it = std::ranges::find_if(
      resume.actions, [&](const ResumeAction& action) { return !action.threads || matches(*action.threads, thread); });
  return it == resume.actions.end() ? nullptr : &*it;
}

}  // namespace

Result<std::vector<ThreadResume>> plan(Context& context, const Resume& resume) {
  const auto pid = TRY(process_of(context));
  for (const auto& action : resume.actions)
    if (action.threads) TRY(resolve(context, *action.threads));
  std::vector<ThreadResume> out;
  for (const auto thread : context.target.threads(pid))
    if (const auto* action = action_for(resume, thread))
      out.push_back({thread, TRY(request_of(context, action->kind, action->signal))});
  return out;
}

Result<std::vector<ThreadResume>> plan(Context& context, const ResumeSelected& resume) {
  const auto pid = TRY(process_of(context));
  const auto request = TRY(request_of(context, resume.kind, resume.signal));
  const auto chosen = context.resuming.value_or(context.all_stop.current());
  std::vector<ThreadResume> out;
  for (const auto thread : context.target.threads(pid)) {
    if (thread == chosen) out.push_back({thread, request});
    if (thread != chosen && !context.resuming) out.push_back({thread, {}});
  }
  return out;
}

}  // namespace stub
