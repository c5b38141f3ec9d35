#include <algorithm>

#include "protocol/hex.hpp"
#include "stub/inspect/thread_locals.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/stop_reporting.hpp"

namespace stub::handlers {

// 0 and -1 mean any and all: then the choice is the session's again. lldb-server refuses a thread of "any process";
// so do we, to a client that is not gdb, because LLDB's tests insist.
Reply handle(Context& context, const SelectThread& packet) {
  const bool one = packet.thread.thread.kind == IdPattern::Kind::one;
  const bool vague_process = packet.thread.process && packet.thread.process->kind != IdPattern::Kind::one;
  if (one && vague_process && !context.dialect.takes_any_process)
    return Reply::error({Errc::wrong_process, "a thread id needs its process", 0});
  if (packet.thread.process && context.claims.empty() && context.dialect.outlives_processes)
    return Reply::error({Errc::wrong_process, "that process is gone", 0});
  const auto thread = resolve(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  auto& selection = packet.purpose == SelectThread::For::resume ? context.resuming : context.general;
  selection = one ? std::optional(*thread) : std::nullopt;
  return Reply::ok();
}

Reply handle(Context& context, const QueryThreadAlive& packet) {
  const auto thread = resolve(context, packet.thread);
  if (thread) return Reply::ok();
  // lldb-server's codes: the process is unknown, or the thread is.
  const bool thread_unknown = thread.error().code == Errc::no_thread;
  return Reply::text(thread_unknown ? "E02" : "E01");
}

Reply handle(Context& context, const QueryCurrentThread&) {
  if (const auto started = started_alone(context))
    return Reply::text("QC" + hex(static_cast<std::uint64_t>(number(*started))));
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  return Reply::text("QC" + thread_id_text(general_thread(context), context.dialect.ids));
}

Reply handle(Context& context, const FirstThreads&) {
  if (context.claims.empty()) return Reply::text(std::string(context.dialect.no_threads));
  std::string out;
  for (const auto thread : context.claims.threads())
    out += (out.empty() ? "m" : ",") + thread_id_text(thread, context.dialect.ids);
  return Reply::text(out.empty() ? "l" : out);
}

Reply handle(Context&, const NextThreads&) { return Reply::text("l"); }

Reply handle(Context& context, const QueryThreadStop& packet) {
  if (context.all_stop.running()) return Reply::error({Errc::running, "the process is running", 0});
  const auto thread = resolve(context, {{}, {IdPattern::Kind::one, number(packet.tid)}});
  if (!thread) return Reply::error(thread.error());
  return Reply::text(thread_stop_reply(context, *thread));
}

// After an empty reply lldb asks no more, and takes from the stops what it would ask for.
Reply handle(Context& context, const QueryThreadsInfo&) {
  if (const auto pid = process_of(context); !pid) return Reply::error(pid.error());
  if (context.all_stop.running()) return Reply::error({Errc::running, "the process is running", 0});
  return context.dialect.expedites ? Reply::empty() : Reply::text(threads_info(context));
}

Reply handle(Context& context, const SetThreadEvents& packet) {
  context.interests.thread_births = context.interests.thread_exits = packet.enabled;
  tell_interests(context);
  return Reply::ok();
}

// For each thread the last one that names it (GDB manual, General Query Packets): gdb begins with 0 for all.
Reply handle(Context& context, const SetThreadOptions& packet) {
  for (const auto thread : context.claims.threads())
    for (const auto& assignment : packet.assignments)
      if (!assignment.threads || matches(*assignment.threads, thread))
        context.target.set_interests(thread, {.clones = assignment.clones, .exit = assignment.exit});
  return Reply::ok();
}

Reply handle(Context& context, const QueryThreadLocal& packet) {
  const auto thread = resolve(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  const auto address = inspect::find_thread_local(context.target, *thread, {packet.link_map, packet.offset});
  return address ? Reply::text(hex(address->value)) : Reply::error(address.error());
}

}  // namespace stub::handlers
