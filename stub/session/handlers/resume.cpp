#include "stub/session/resume_plan.hpp"

#include "protocol/little_endian.hpp"
#include "stub/session/handlers/handlers.hpp"

namespace stub::handlers {
namespace {

// The reply is the stop that comes.
Reply resume(Context& context, const Result<std::vector<ThreadResume>>& threads) {
  if (!threads) return Reply::error(threads.error());
  if (context.before_resume) context.before_resume();
  if (const auto resumed = context.all_stop.resume(*threads); !resumed) return Reply::error(resumed.error());
  context.interrupted = false;
  context.general.reset();
  return Reply::none();
}

}  // namespace

Reply handle(Context&, const QueryResumeActions&) { return Reply::text("vCont;c;C;s;S"); }

Reply handle(Context& context, const Resume& packet) { return resume(context, plan(context, packet)); }

Reply handle(Context& context, const ResumeSelected& packet) {
  if (packet.from) {
    const auto architecture = architecture_of(context);
    if (!architecture) return Reply::error(architecture.error());
    const auto thread = context.resuming.value_or(context.all_stop.current());
    const auto& cpu = **architecture;
    const auto moved =
        context.target.write_register(thread, cpu.pc, to_little_endian(packet.from->value, cpu.pointer_size));
    if (!moved) return Reply::error(moved.error());
  }
  return resume(context, plan(context, packet));
}

}  // namespace stub::handlers
