#include "stub/monitor/monitor.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/partings.hpp"

namespace stub::handlers {
namespace {

Result<> end_process(Context& context) {
  const auto pid = TRY(process_of(context));
  return context.target.origin(pid) == Origin::attached ? detach_claimed(context) : kill_claimed(context);
}

// gdb lists all signals of its own that there are, on any system.
std::set<KernelSignal> kernel_signals(const Context& context, const std::vector<WireSignal>& signals) {
  std::set<KernelSignal> out;
  for (const auto wire : signals)
    if (const auto signal = to_kernel(wire, context.dialect.signals)) out.insert(*signal);
  return out;
}

}  // namespace

Reply handle(Context& context, const NegotiateFeatures& packet) {
  context.dialect = make_dialect(packet.features);
  return Reply::text(offered_features(context.dialect.client, packet.features));
}

// The OK is still acknowledged; the session stops expecting acks behind it.
Reply handle(Context& context, const StartNoAckMode&) {
  context.acks = false;
  return Reply::ok();
}

// Thread suffixes are understood always.
Reply handle(Context&, const EnableThreadSuffix&) { return Reply::ok(); }

Reply handle(Context& context, const ListThreadsInStopReply&) {
  context.lists_threads = true;
  return Reply::ok();
}

Reply handle(Context& context, const EnableErrorStrings&) {
  context.dialect.errors = ErrorStyle::lldb_text;
  return Reply::ok();
}

Reply handle(Context&, const Echo& packet) { return Reply::text(packet.text); }

// We look symbols up ourselves.
Reply handle(Context&, const OfferSymbols&) { return Reply::ok(); }

Reply handle(Context& context, const Monitor& packet) {
  const auto thread = context.general.value_or(context.all_stop.current());
  auto answer = monitor::run({context.target, context.host, context.all_stop.process(), thread}, packet.line);
  if (answer.ends_server) answer.result = end_process(context);
  return Reply::console(std::move(answer.output), std::move(answer.result));
}

Reply handle(Context& context, const PassSignals& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  context.target.pass_signals(*pid, kernel_signals(context, packet.signals));
  return Reply::ok();
}

Reply handle(Context& context, const ProgramSignals& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  context.target.deliver_at_detach(*pid, kernel_signals(context, packet.signals));
  return Reply::ok();
}

}  // namespace stub::handlers
