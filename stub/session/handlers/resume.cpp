#include "stub/session/resume_plan.hpp"

#include "protocol/little_endian.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/stop_reporting.hpp"

namespace stub::handlers {
namespace {

void prepare(Context& context, const std::vector<ThreadResume>& threads) {
  if (!context.surroundings.before_resume) return;
  std::set<Pid> processes;
  for (const auto& resume : threads) processes.insert(resume.thread.pid);
  for (const auto pid : processes) context.surroundings.before_resume(pid);
}

// The reply is the stop that comes.
Reply resume(Context& context, const Result<std::vector<ThreadResume>>& threads) {
  if (!threads) return Reply::error(threads.error());
  prepare(context, *threads);
  if (const auto resumed = context.all_stop.resume(*threads); !resumed) return Reply::error(resumed.error());
  const bool all = threads->size() == context.claims.threads().size();
  context.expedition.go_on(all ? Expedition::Ran::all : Expedition::Ran::some);
  context.interrupted = false;
  context.general.reset();
  if (std::exchange(context.interrupt_due, false)) return Reply::text(interrupt(context));
  return Reply::none();
}

Reply resume_singly(Context& context, const Result<std::vector<ThreadResume>>& threads) {
  if (!threads) return Reply::error(threads.error());
  prepare(context, *threads);
  return Reply::of(context.non_stop.resume(*threads));
}

Reply resume_singly(Context& context, const Resume& packet) {
  auto reply = resume_singly(context, plan(context, packet));
  if (!std::holds_alternative<Error>(reply.what())) context.non_stop.halt(to_halt(context, packet));
  return reply;
}

}  // namespace

Reply handle(Context& context, const QueryResumeActions&) {
  if (context.surroundings.withheld.stepping) return Reply::text("vCont;c;C;t");
  return Reply::text(context.dialect.client == Client::gdb ? "vCont;c;C;t;s;S;r" : "vCont;c;C;s;S;t");
}

Reply handle(Context& context, const Resume& packet) {
  return context.stops_singly ? resume_singly(context, packet) : resume(context, plan(context, packet));
}

// The next notice is the reply to the acknowledgement of the one before.
Reply handle(Context& context, const AcknowledgeStop&) {
  if (!context.stops_singly) return Reply::error({Errc::unsupported, "threads stop together here", 0});
  context.non_stop.acknowledge();
  const auto* notice = context.non_stop.next();
  if (notice == nullptr && context.parts_when_told) context.parting = Parting::killed;
  return notice == nullptr ? Reply::ok() : Reply::text(tell(context, *notice));
}

Reply handle(Context& context, const AcknowledgeOutput&) {
  if (!context.stops_singly) return Reply::error({Errc::unsupported, "threads stop together here", 0});
  auto& unheard = context.unheard;
  if (!unheard.empty()) unheard.pop_front();
  return unheard.empty() ? Reply::ok() : Reply::text(unheard.front());
}

// One thread is stopped, as if the signal of a terminal's Ctrl-C had come to it.
Reply handle(Context& context, const InterruptNonStop&) {
  if (!context.stops_singly) return Reply::error({Errc::unsupported, "threads stop together here", 0});
  for (const auto thread : context.claims.threads()) {
    if (context.target.stopped(thread)) continue;
    context.halting = thread;
    context.target.halt(thread);
    break;
  }
  return Reply::ok();
}

Reply handle(Context& context, const ResumeSelected& packet) {
  if (packet.from) {
    const auto architecture = architecture_of(context);
    if (!architecture) return Reply::error(architecture.error());
    const auto thread = context.resuming.value_or(context.claims.current());
    const auto& cpu = **architecture;
    const auto moved =
        context.target.write_register(thread, cpu.pc, to_little_endian(packet.from->value, cpu.pointer_size));
    if (!moved) return Reply::error(moved.error());
  }
  return context.stops_singly ? resume_singly(context, plan(context, packet)) : resume(context, plan(context, packet));
}

}  // namespace stub::handlers
