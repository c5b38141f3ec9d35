#include <cerrno>

#include "stub/monitor/monitor.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/partings.hpp"

namespace stub::handlers {
namespace {

// What we launched dies with us, the rest is let go.
Result<> end_server(Context& context) {
  while (!context.claims.empty()) {
    const auto pid = *context.claims.processes().begin();
    TRY(context.target.origin(pid) == Origin::attached ? detach_claimed(context, pid) : kill_claimed(context, pid));
  }
  context.parting = Parting::server_ends;
  return {};
}

// gdb lists all signals of its own that there are, on any system.
std::set<KernelSignal> kernel_signals(const Context& context, const std::vector<WireSignal>& signals) {
  std::set<KernelSignal> out;
  for (const auto wire : signals)
    if (const auto signal = to_kernel(wire, context.dialect.signals)) out.insert(*signal);
  return out;
}

bool is_gdb(const Context& context) { return context.dialect.client == Client::gdb; }

// gdb would take it for the reply to its next packet where it does not wait for a stop.
bool takes_text(const Context& context) { return !context.stops_singly || !is_gdb(context); }

Reply interrupted() { return Reply::error({Errc::system, "interrupted", EINTR}); }

Reply begin_work(Context& context, monitor::Work&& work) {
  const auto shared = std::make_shared<monitor::Work>(std::move(work));
  const auto turn = [shared](monitor::Turn how) -> std::optional<Reply> {
    auto done = (*shared)(how);
    if (!done) return std::nullopt;
    return Reply::console(std::move(done->output), std::move(done->result));
  };
  context.job = [turn] { return turn(monitor::Turn::go_on); };
  context.end_job = [turn] { return turn(monitor::Turn::end).value_or(interrupted()); };
  return Reply::none();
}

}  // namespace

Reply handle(Context& context, const NegotiateFeatures& packet) {
  context.dialect = make_dialect(packet.features);
  const bool follows = context.dialect.ids == ThreadIdForm::multiprocess;
  context.interests.forks = follows && packet.features.has("fork-events+");
  context.interests.vforks = follows && packet.features.has("vfork-events+");
  tell_interests(context);
  return Reply::text(offered_features(context.dialect.client, packet.features, context.surroundings.withheld));
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
// An empty reply ends the offers for good; after OK there is another for each object file.
Reply handle(Context&, const OfferSymbols&) { return Reply::empty(); }

Reply handle(Context& context, const Monitor& packet) {
  const auto pid = process_of(context);
  auto answer = monitor::run({.target = context.target,
                              .host = context.host,
                              .process = pid ? std::optional(*pid) : std::nullopt,
                              .thread = general_thread(context),
                              .trace = *context.surroundings.trace,
                              .calls = *context.surroundings.calls,
                              .call_lines = takes_text(context) ? context.call_lines : nullptr,
                              .words = context.dialect.debug_words,
                              .refresh = is_gdb(context) ? monitor::Refresh::gdb : monitor::Refresh::lldb},
                             packet.line);
  answer.output.insert(0, std::exchange(context.unsaid, {}));
  if (answer.work) return begin_work(context, std::move(answer.work));
  if (answer.ends_server) answer.result = end_server(context);
  return Reply::console(std::move(answer.output), std::move(answer.result));
}

Reply handle(Context& context, const PassSignals& packet) {
  context.pass_signals = kernel_signals(context, packet.signals);
  for (const auto pid : context.claims.processes()) context.target.pass_signals(pid, context.pass_signals);
  return Reply::ok();
}

Reply handle(Context& context, const ProgramSignals& packet) {
  context.deliver_at_detach = kernel_signals(context, packet.signals);
  for (const auto pid : context.claims.processes()) context.target.deliver_at_detach(pid, context.deliver_at_detach);
  return Reply::ok();
}

Reply handle(Context& context, const CatchSystemCalls& packet) {
  context.interests.system_calls = packet.numbers;
  tell_interests(context);
  return Reply::ok();
}

// What is stopped stays so, what runs runs on.
Reply handle(Context& context, const SetNonStop& packet) {
  if (!packet.enabled && context.stops_singly)
    for (const auto pid : context.claims.processes()) context.all_stop.take_over(pid);
  context.stops_singly = packet.enabled;
  return Reply::ok();
}

}  // namespace stub::handlers
