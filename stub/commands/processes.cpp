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

// The number that it has in its own pid namespace; empty: the same.
std::string number_inside(Pid pid) {
  const auto numbers = numbers_of(pid);
  return numbers.size() < 2 ? std::string() : std::to_string(number(numbers.back()));
}

// A column only where containers are seen from outside.
void add_inner(inspect::Table& table, const std::vector<std::string>& inner) {
  if (std::ranges::all_of(inner, &std::string::empty)) return;
  table.columns.insert(table.columns.begin() + 1, "inner_pid");
  for (std::size_t i = 0; i < inner.size(); ++i)
    table.rows[i].insert(table.rows[i].begin() + 1, inner[i].empty() ? table.rows[i].front() : inner[i]);
}

inspect::Table table() {
  LinuxHost host;
  inspect::Table out{.columns = {"pid", "user", "attachable", "command", "why_not"}, .rows = {}};
  std::vector<std::string> inner;
  auto pids = host.processes();
  std::ranges::sort(pids);
  out.rows.reserve(pids.size());
  inner.reserve(pids.size());
  for (const auto pid : pids) {
    const auto facts = host.process_facts(pid);
    if (!facts) continue;
    const auto user = host.user_name(facts->real_user).value_or(std::to_string(facts->real_user));
    const auto why_not = why_not_attachable(pid);
    inner.push_back(number_inside(pid));
    out.rows.push_back({std::to_string(number(pid)), inspect::printable(user), why_not ? "no" : "yes",
                        command_line(*facts), why_not.value_or("")});
  }
  add_inner(out, inner);
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
