#include "protocol/hex.hpp"
#include "stub/inspect/saved_core.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/partings.hpp"
#include "stub/session/stop_reporting.hpp"

namespace stub::handlers {
namespace {

std::string field(std::string_view key, std::string_view value) {
  return std::string(key) + ":" + std::string(value) + ";";
}

std::string number_field(std::string_view key, std::uint64_t value) { return field(key, hex(value)); }

std::string text_field(std::string_view key, std::string_view text) { return field(key, hex_bytes(text)); }

Reply first_notice(Context& context) {
  context.non_stop.take_over();
  const auto* notice = context.non_stop.next();
  return notice == nullptr ? Reply::ok() : Reply::text(tell(context, *notice));
}

Result<Pid> started_or_debugged(Context& context) {
  if (const auto started = started_alone(context)) return *started;
  return process_of(context);
}

}  // namespace

// A client that asks while the process runs wants to know where it is: it is stopped.
Reply handle(Context& context, const QueryStopReason&) {
  if (context.stops_singly) return first_notice(context);
  if (context.claims.empty())
    return Reply::text(context.last_words.empty() ? std::string(context.dialect.no_process) : context.last_words);
  return Reply::text(context.all_stop.running() ? interrupt(context) : stop_reply(context));
}

// All of them. lldb waits for the X, or in non-stop mode for OK and the stops; gdb has gone by then.
Reply handle(Context& context, const Kill&) {
  if (context.stops_singly) return Reply::of(kill_all_singly(context));
  auto killed = kill_all(context);
  return killed ? Reply::texts(std::move(*killed)) : Reply::error(killed.error());
}

Reply handle(Context& context, const KillProcess& packet) {
  const auto pid = claimed_process(context, packet.pid);
  return pid ? Reply::of(kill_claimed(context, *pid)) : Reply::error(pid.error());
}

// lldb-server lets all processes go where none is named.
Reply handle(Context& context, const Detach& packet) {
  if (!packet.pid && context.claims.processes().size() > 1) return Reply::of(detach_all(context));
  const auto pid = claimed_process(context, packet.pid);
  return pid ? Reply::of(detach_claimed(context, *pid)) : Reply::error(pid.error());
}

Reply handle(Context& context, const QueryAttached& packet) {
  const auto pid = claimed_process(context, packet.pid);
  if (!pid) return Reply::error(pid.error());
  return Reply::text(context.target.origin(*pid) == Origin::attached ? "1" : "0");
}

Reply handle(Context& context, const QueryHostInfo&) {
  const auto facts = context.host.facts();
  std::string out = text_field("triple", "x86_64-pc-linux-gnu") + field("ptrsize", "8");
  if (!facts.distribution.empty()) out += text_field("distribution_id", facts.distribution);
  out += field("watchpoint_exceptions_received", "after") + field("endian", "little");
  // os_version must be numbers only: 6.1.0-18-amd64 -> 6.1.0
  out += field("os_version", facts.kernel_release.substr(0, facts.kernel_release.find_first_not_of("0123456789.")));
  out += text_field("os_build", facts.kernel_release) + text_field("os_kernel", facts.kernel_version);
  return Reply::text(out + text_field("hostname", facts.hostname));
}

Reply handle(Context& context, const QueryProcessInfo&) {
  const auto pid = started_or_debugged(context);
  if (!pid) return Reply::error(pid.error());
  const auto facts = context.host.process_facts(*pid).value_or(ProcessFacts{});
  const auto* architecture = context.target.architecture(*pid);
  const auto triple = architecture == nullptr ? std::string_view(facts.triple) : architecture->triple;
  if (triple.empty()) return Reply::error({Errc::no_process, "the process is gone", 0});
  std::string out = number_field("pid", static_cast<std::uint64_t>(number(*pid)));
  out += number_field("parent-pid", static_cast<std::uint64_t>(number(facts.parent)));
  out += number_field("real-uid", facts.real_user) + number_field("real-gid", facts.real_group);
  out += number_field("effective-uid", facts.effective_user) + number_field("effective-gid", facts.effective_group);
  out += text_field("triple", triple) + field("ostype", "linux") + field("endian", "little");
  return Reply::text(out + number_field("ptrsize", triple.starts_with("i386") ? 4 : 8));
}

// The hint is a path that the client has for it, where its files may not be ours: then it is written where we are. The
// client asks for the file afterwards.
Reply handle(Context& context, const SaveCore& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  const auto thread = general_thread(context);
  auto begun = inspect::SavedCore::begin(context.target, context.host, thread, packet.path_hint);
  if (!begun && !packet.path_hint.empty()) begun = inspect::SavedCore::begin(context.target, context.host, thread, {});
  if (!begun) return Reply::error(begun.error());
  context.job = [core = std::shared_ptr(std::move(*begun))]() -> std::optional<Reply> {
    const auto summary = core->step();
    if (!summary) return std::nullopt;
    return *summary ? Reply::text("core-path:" + hex_bytes(core->path())) : Reply::error(summary->error());
  };
  return Reply::none();
}

}  // namespace stub::handlers
