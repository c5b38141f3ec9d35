// Processes, users and groups of the host, which lldb lists and looks for.
#include "protocol/hex.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/process_search.hpp"

namespace stub::handlers {
namespace {

std::string description(Pid pid, const ProcessFacts& facts) {
  const auto field = [](std::string_view key, std::uint64_t value) {
    return std::string(key) + ":" + std::to_string(value) + ";";
  };
  std::string out = field("pid", static_cast<std::uint64_t>(number(pid)));
  out += field("ppid", static_cast<std::uint64_t>(number(facts.parent)));
  out += field("uid", facts.real_user) + field("gid", facts.real_group);
  out += field("euid", facts.effective_user) + field("egid", facts.effective_group);
  out += "name:" + hex_bytes(facts.program) + ";";
  std::string arguments;
  for (const auto& argument : facts.arguments) arguments += (arguments.empty() ? "" : "-") + hex_bytes(argument);
  if (!arguments.empty()) out += "args:" + arguments + ";";
  return facts.triple.empty() ? out : out + "triple:" + hex_bytes(facts.triple) + ";";
}

Reply next(Context& context, std::string_view at_end) {
  while (!context.to_list.empty()) {
    const auto pid = context.to_list.front();
    context.to_list.pop_front();
    const auto facts = context.host.process_facts(pid);
    if (facts && is_wanted(context.host, context.filter, pid, *facts)) return Reply::text(description(pid, *facts));
  }
  return Reply::text(std::string(at_end));
}

}  // namespace

// lldb-server's codes: there is none; there is no other.
Reply handle(Context& context, const FirstProcess& packet) {
  const auto all = context.host.processes();
  context.filter = packet.filter;
  context.to_list.assign(all.begin(), all.end());
  return next(context, "E03");
}

Reply handle(Context& context, const NextProcess&) { return next(context, "E04"); }

Reply handle(Context& context, const QueryProcess& packet) {
  const auto facts = context.host.process_facts(packet.pid);
  return facts ? Reply::text(description(packet.pid, *facts)) : Reply::text("E01");
}

Reply handle(Context& context, const QueryUserName& packet) {
  const auto name = context.host.user_name(packet.number);
  return Reply::text(name ? hex_bytes(*name) : "E05");
}

Reply handle(Context& context, const QueryGroupName& packet) {
  const auto name = context.host.group_name(packet.number);
  return Reply::text(name ? hex_bytes(*name) : "E06");
}

}  // namespace stub::handlers
