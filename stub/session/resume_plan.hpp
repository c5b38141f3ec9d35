// ResumePlan: which thread does what, out of what a client said.
#pragma once

#include <vector>

#include "protocol/commands/resume.hpp"
#include "stub/session/all_stop.hpp"
#include "stub/session/context.hpp"

namespace stub {

// vCont: for each thread the leftmost action that matches; those without one stay stopped.
Result<std::vector<ThreadResume>> plan(Context& context, const Resume& resume);
// vCont;t: those that shall stop.
[[nodiscard]] std::vector<ThreadId> to_halt(const Context& context, const Resume& resume);
// c, s, C, S: the thread of Hc, alone or with the others of its process; without one, the current thread, and the
// others run along.
Result<std::vector<ThreadResume>> plan(Context& context, const ResumeSelected& resume);

}  // namespace stub
