#include "protocol/hex.hpp"
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

Result<> check_claimed(Context& context, Pid asked) {
  if (asked != TRY(process_of(context))) return fail(Errc::wrong_process, "not a process of this session");
  return {};
}

}  // namespace

// A client that asks while the process runs wants to know where it is: it is stopped.
Reply handle(Context& context, const QueryStopReason&) {
  if (!context.all_stop.process())
    return Reply::text(context.last_words.empty() ? std::string(context.dialect.no_process) : context.last_words);
  if (context.all_stop.running()) {
    context.interrupted = true;
    if (const auto event = context.all_stop.interrupt()) return Reply::text(end_reply(context, *event));
  }
  return Reply::text(stop_reply(context));
}

// lldb waits for the X; gdb has gone by then.
Reply handle(Context& context, const Kill&) {
  if (const auto killed = kill_claimed(context); !killed) return Reply::error(killed.error());
  return Reply::text(context.last_words);
}

Reply handle(Context& context, const KillProcess& packet) {
  const auto ours = check_claimed(context, packet.pid);
  return Reply::of(ours ? kill_claimed(context) : ours);
}

Reply handle(Context& context, const Detach& packet) {
  const auto ours = packet.pid ? check_claimed(context, *packet.pid) : Result<>();
  return Reply::of(ours ? detach_claimed(context) : ours);
}

Reply handle(Context& context, const QueryAttached& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  const auto origin = context.target.origin(packet.pid.value_or(*pid));
  if (!origin) return Reply::error({Errc::wrong_process, "not a process of this session", 0});
  return Reply::text(*origin == Origin::attached ? "1" : "0");
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
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  const auto architecture = architecture_of(context);
  if (!architecture) return Reply::error(architecture.error());
  const auto facts = context.host.process_facts(*pid).value_or(ProcessFacts{});
  std::string out = number_field("pid", static_cast<std::uint64_t>(number(*pid)));
  out += number_field("parent-pid", static_cast<std::uint64_t>(number(facts.parent)));
  out += number_field("real-uid", facts.real_user) + number_field("real-gid", facts.real_group);
  out += number_field("effective-uid", facts.effective_user) + number_field("effective-gid", facts.effective_group);
  out += text_field("triple", (*architecture)->triple) + field("ostype", "linux") + field("endian", "little");
  return Reply::text(out + number_field("ptrsize", (*architecture)->pointer_size));
}

}  // namespace stub::handlers
