#include "stub/session/handlers/handlers.hpp"

namespace stub::handlers {
namespace {

// x86 cannot watch reads alone, an access watchpoint must do. lldb-server says nothing of it, and lldb stops at writes
// too. A gdb that hears that there is no Z3 takes Z4 and leaves out what has changed the value (gdb/breakpoint.c,
// bpstat_check_watchpoint); told that it has got a read watchpoint, it would report every write as a read.
bool unknown(const Context& context, const Stoppoint& stoppoint) {
  return stoppoint.type == StoppointType::read_watchpoint && !context.dialect.sees_writes_as_reads;
}

}  // namespace

// What outlives its client is not the client's to be taken away with it.
Reply handle(Context& context, const InsertStoppoint& packet) {
  if (unknown(context, packet.stoppoint)) return Reply::empty();
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  const auto inserted = context.target.insert(*pid, packet.stoppoint, packet.actions);
  if (!inserted) return Reply::error(inserted.error());
  context.stoppoints.erase({*pid, packet.stoppoint});
  if (packet.actions.persistence == Persistence::with_client) context.stoppoints.insert({*pid, packet.stoppoint});
  return Reply::ok();
}

Reply handle(Context& context, const RemoveStoppoint& packet) {
  if (unknown(context, packet.stoppoint)) return Reply::empty();
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  const auto removed = context.target.remove(*pid, packet.stoppoint);
  if (removed) context.stoppoints.erase({*pid, packet.stoppoint});
  return Reply::of(removed);
}

Reply handle(Context& context, const QueryWatchpointSupport&) {
  const auto architecture = architecture_of(context);
  if (!architecture) return Reply::error(architecture.error());
  return Reply::text("num:" + std::to_string((*architecture)->watchpoint_slots) + ";");
}

}  // namespace stub::handlers
