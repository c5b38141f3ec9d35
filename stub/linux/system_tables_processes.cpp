// Processes, their groups, threads and open files.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <tuple>

#include "protocol/cursor.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/system_tables.hpp"

namespace stub::system_tables {
namespace {

constexpr std::size_t most_of_command_line = 4096;  // bytes; execve takes megabytes

std::optional<procfs::Stat> stat_of(const std::string& path) {
  return procfs::parse_stat(procfs::read_file(path).value_or(""));
}

// Kernel threads have none, and are shown as ps does.
std::string command_line_of(Pid pid, const std::string& name) {
  const auto text = procfs::read_file(procfs::of(pid, "cmdline"), most_of_command_line).value_or("");
  return text.empty() ? "[" + name + "]" : command_line(text);
}

// Nothing if the process is gone.
std::optional<std::string> owner_of(Pid pid, const Accounts& users) {
  struct stat s{};
  if (::stat(procfs::of(pid, "").c_str(), &s) != 0) return std::nullopt;
  return users.name_of(std::to_string(s.st_uid));
}

std::string cores_of(Pid pid) {
  std::set<std::uint32_t> cores;
  for (const auto tid : procfs::threads_of(pid))
    if (const auto stat = stat_of(procfs::of(ThreadId{pid, tid}, "stat")); stat && stat->core)
      cores.insert(*stat->core);
  std::string out;
  for (const auto core : cores) out += (out.empty() ? "" : ",") + std::to_string(core);
  return out;
}

struct Member {
  std::int32_t group = 0;
  Pid pid{};
  std::string name;

  // By group, its leader first.
  [[nodiscard]] auto order() const { return std::tuple(group, number(pid) != group, number(pid)); }
};

}  // namespace

std::string command_line(std::string_view cmdline) {
  while (cmdline.ends_with('\0')) cmdline.remove_suffix(1);
  std::string out(cmdline);
  std::ranges::replace(out, '\0', ' ');
  return out;
}

std::string command_of(std::string_view pid) {
  const auto stat = stat_of("/proc/" + std::string(pid) + "/stat");
  return stat ? stat->name : std::string(pid);
}

SystemTable processes() {
  const auto users = Accounts::users();
  Rows rows({"processes", {"pid", "user", "command", "cores"}, {}});
  for (const auto pid : procfs::processes()) {
    const auto stat = stat_of(procfs::of(pid, "stat"));
    const auto owner = owner_of(pid, users);
    if (!stat || !owner) continue;
    if (!rows.add({std::to_string(number(pid)), *owner, command_line_of(pid, stat->name), cores_of(pid)})) break;
  }
  return rows.take();
}

// Kernel threads are in none.
SystemTable process_groups() {
  std::vector<Member> members;
  for (const auto pid : procfs::processes())
    if (const auto stat = stat_of(procfs::of(pid, "stat")); stat && stat->process_group > 0)
      members.push_back({stat->process_group, pid, stat->name});
  std::ranges::sort(members, {}, &Member::order);
  Rows rows({"process groups", {"pgid", "leader command", "pid", "command line"}, {}});
  const Member* leader = nullptr;
  for (const auto& member : members) {
    if (leader == nullptr || leader->group != member.group) leader = &member;
    const auto group = std::to_string(member.group);
    const bool leads = number(leader->pid) == member.group;
    if (!rows.add({group, leads ? leader->name : group, std::to_string(number(member.pid)),
                   command_line_of(member.pid, member.name)}))
      break;
  }
  return rows.take();
}

SystemTable threads() {
  Rows rows({"threads", {"pid", "command", "tid", "core"}, {}});
  for (const auto pid : procfs::processes()) {
    const auto process = stat_of(procfs::of(pid, "stat"));
    if (!process) continue;
    for (const auto tid : procfs::threads_of(pid)) {
      const auto stat = stat_of(procfs::of(ThreadId{pid, tid}, "stat"));
      if (!stat) continue;
      const auto core = stat->core ? std::to_string(*stat->core) : std::string();
      if (!rows.add({std::to_string(number(pid)), process->name, std::to_string(number(tid)), core}))
        return rows.take();
    }
  }
  return rows.take();
}

// Of another user's process the names, or all, are not to be seen.
SystemTable files() {
  Rows rows({"files", {"pid", "command", "file descriptor", "name"}, {}});
  for (const auto pid : procfs::processes()) {
    const auto process = stat_of(procfs::of(pid, "stat"));
    if (!process) continue;
    for (const auto descriptor : procfs::numbers_in(procfs::of(pid, "fd"))) {
      const auto name = procfs::read_link(procfs::of(pid, "fd/" + std::to_string(descriptor)));
      if (name.empty() && errno == ENOENT) continue;  // closed meanwhile
      if (!rows.add({std::to_string(number(pid)), process->name, std::to_string(descriptor), name})) return rows.take();
    }
  }
  return rows.take();
}

}  // namespace stub::system_tables
