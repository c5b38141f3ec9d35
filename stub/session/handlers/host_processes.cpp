// Processes, users and groups of the host, which lldb lists and looks for.
#include <algorithm>

#include "protocol/hex.hpp"
#include "stub/session/handlers/handlers.hpp"

namespace stub::handlers {
namespace {

bool matches_name(const ProcessFilter& filter, std::string_view program) {
  const auto name = program.substr(program.rfind('/') + 1);
  switch (filter.match) {
    case ProcessFilter::Match::any:
      return true;
    case ProcessFilter::Match::equals:
      return name == filter.name;
    case ProcessFilter::Match::starts_with:
      return name.starts_with(filter.name);
    case ProcessFilter::Match::ends_with:
      return name.ends_with(filter.name);
    case ProcessFilter::Match::contains:
      return name.find(filter.name) != std::string_view::npos;
  }
  return false;
}

template <class T>
bool agrees(const std::optional<T>& wanted, const T& value) {
  return !wanted || *wanted == value;
}

std::string_view processor(std::string_view triple) { return triple.substr(0, triple.find('-')); }

// Nobody can attach to what has ended or is debugged: lldb-server leaves both out.
bool matches(const ProcessFilter& filter, Pid pid, const ProcessFacts& facts, std::optional<std::uint32_t> own_user) {
  if (facts.ended || facts.debugger) return false;
  if (!filter.all_users && own_user && facts.real_user != *own_user) return false;
  if (!filter.triple.empty() && processor(filter.triple) != processor(facts.triple)) return false;
  return matches_name(filter, facts.program) && agrees(filter.pid, pid) && agrees(filter.parent, facts.parent) &&
         agrees(filter.real_user, facts.real_user) && agrees(filter.real_group, facts.real_group) &&
         agrees(filter.effective_user, facts.effective_user) && agrees(filter.effective_group, facts.effective_group);
}

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
    if (facts && matches(context.filter, pid, *facts, context.host.own_user()))
      return Reply::text(description(pid, *facts));
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
