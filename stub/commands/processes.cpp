// stub ps [--json]
#include <algorithm>

#include "stub/commands/commands.hpp"
#include "stub/inspect/printable.hpp"
#include "stub/inspect/table.hpp"
#include "stub/linux/diagnosis.hpp"
#include "stub/linux/linux_host.hpp"

namespace stub::commands {
namespace {

std::string command_line(const ProcessFacts& facts) {
  if (facts.arguments.empty()) return "[" + inspect::printable(facts.program) + "]";
  std::string out;
  for (const auto& argument : facts.arguments) out += (out.empty() ? "" : " ") + argument;
  constexpr std::size_t most = 80;
  return inspect::printable(std::move(out), most);
}

inspect::Table table() {
  LinuxHost host;
  inspect::Table out{.columns = {"pid", "user", "attachable", "command", "why_not"}, .rows = {}};
  auto pids = host.processes();
  std::ranges::sort(pids);
  out.rows.reserve(pids.size());
  for (const auto pid : pids) {
    const auto facts = host.process_facts(pid);
    if (!facts) continue;
    const auto user = host.user_name(facts->real_user).value_or(std::to_string(facts->real_user));
    const auto why_not = why_not_attachable(pid);
    out.rows.push_back({std::to_string(number(pid)), inspect::printable(user), why_not ? "no" : "yes",
                        command_line(*facts), why_not.value_or("")});
  }
  return out;
}

}  // namespace

Result<int> processes(const Words& words, const Print& print) {
  const auto arguments = TRY(parse(words));
  if (!arguments.words.empty()) return fail(Errc::malformed, "stub ps wants no argument but --json");
  print(arguments.json ? inspect::table_json(table()) : inspect::table_text(table()));
  return 0;
}

}  // namespace stub::commands
