#include "stub/linux/process_finder.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "protocol/cursor.hpp"
#include "stub/linux/diagnosis.hpp"
#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

std::optional<Pid> as_number(const std::string& text) {
  constexpr std::uint64_t most = 0x7fffffff;
  Cursor in(text);
  const auto number = in.decimal();
  if (!number || !in.done() || *number > most) return std::nullopt;
  return Pid{static_cast<std::int32_t>(*number)};
}

std::vector<Pid> other_processes() {
  auto out = procfs::processes();
  std::erase(out, own_pid());
  std::ranges::sort(out);
  return out;
}

std::string namespace_of(Pid pid) { return procfs::read_link(procfs::of(pid, "ns/pid")); }

// The pid namespace that is meant.
Result<std::string> namespace_named(const std::string& inside) {
  if (const auto pid = as_number(inside)) {
    auto name = namespace_of(*pid);
    if (!name.empty()) return name;
    if (!procfs::read_file(procfs::of(*pid, "status")))
      return fail(Errc::no_process, "--in: there is no process " + inside);
    return fail(Errc::system,
                "--in: the pid namespace of process " + inside + " may not be seen: " + why_not_traceable(pid));
  }
  for (const auto pid : other_processes()) {
    const auto cgroup = procfs::read_file(procfs::of(pid, "cgroup")).value_or("");
    if (!cgroup.contains(inside)) continue;
    auto name = namespace_of(pid);
    if (!name.empty()) return name;
  }
  return fail(Errc::no_process, "--in: no process that we may look at is in a cgroup named " + inside);
}

// By the name of its file; where that cannot be seen, by what it calls itself.
bool has_program(Pid pid, const std::string& wanted) {
  const auto path = procfs::read_link(procfs::of(pid, "exe"));
  if (wanted.contains('/')) return path == wanted;
  if (!path.empty()) return path.substr(path.rfind('/') + 1) == wanted;
  const auto stat = procfs::parse_stat(procfs::read_file(procfs::of(pid, "stat")).value_or(""));
  return stat && stat->name == wanted;
}

bool has_inner_number(Pid pid, Pid wanted) {
  const auto numbers = numbers_of(pid);
  return !numbers.empty() && numbers.back() == wanted;
}

std::string listed(const std::vector<Pid>& pids) {
  std::string out;
  for (const auto pid : pids) out += (out.empty() ? "" : ", ") + std::to_string(number(pid));
  return out;
}

}  // namespace

Result<Pid> find_process(const std::string& who, const std::string& inside) {
  const auto wanted = as_number(who);
  if (wanted && inside.empty()) return *wanted;
  const auto place = inside.empty() ? std::string() : TRY(namespace_named(inside));
  auto candidates = other_processes();
  std::erase_if(candidates, [&](Pid pid) {
    if (!place.empty() && namespace_of(pid) != place) return true;
    return wanted ? !has_inner_number(pid, *wanted) : !has_program(pid, who);
  });
  if (candidates.size() == 1) return candidates.front();
  const auto where = inside.empty() ? std::string() : " in the pid namespace of " + inside;
  if (candidates.empty())
    return fail(Errc::no_process, wanted ? "there is no process " + who + where
                                         : "no process that we may look at runs " + who + where + "; see stub ps");
  return fail(Errc::unsupported,
              "several processes run " + who + where + " (" + listed(candidates) + "): name one by its number");
}

}  // namespace stub
