#include "stub/linux/diagnosis.hpp"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"
#include "stub/linux/fd.hpp"
#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

constexpr unsigned cap_sys_ptrace = 19;  // linux/capability.h

std::uint64_t hex_field(std::string_view status, std::string_view key) {
  return Cursor(procfs::status_field(status, key)).hex().value_or(0);
}

// The second of the four ids of a Uid line.
std::uint32_t effective_user(std::string_view status) {
  const auto ids = procfs::status_field(status, "Uid");
  Cursor in(ids);
  in.until('\t');
  return static_cast<std::uint32_t>(in.decimal().value_or(0));
}

std::string seccomp_mode(const std::string& field) {
  if (field == "1") return "strict";
  return field == "2" ? "filter" : "off";
}

// What the folder of a process belongs to is its user, or root where it is not dumpable (fs/proc/base.c,
// task_dump_owner): root's own cannot be told apart so.
bool is_dumpable(Pid pid, std::uint32_t user) {
  struct stat folder{};
  return ::stat(procfs::of(pid, "stat").c_str(), &folder) != 0 || folder.st_uid == user;
}

std::string first_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.pop_back();
  return text;
}

TracingFacts own_facts() { return tracing_facts(own_pid()).value_or(TracingFacts{}); }

// ptrace(2) of a process that cannot be there is refused for that reason (ESRCH), but by a filter for its own.
bool filter_refuses_ptrace() {
  const auto result = ::ptrace(PTRACE_CONT, std::numeric_limits<pid_t>::max(), nullptr, nullptr);
  return result != 0 && errno != ESRCH;
}

const Diagnosis filtered{"ptrace is refused by a seccomp filter", "run the container with a profile that allows ptrace",
                         Remedy::seccomp_profile};

Diagnosis by_module(const std::string& label) {
  const auto which = label.empty() || label == "unconfined" ? std::string() : " (" + label + ")";
  return {"ptrace is refused by a security module of this system" + which,
          "run where AppArmor's or SELinux's policy allows ptrace", Remedy::security_module};
}

constexpr std::string_view add_capability = "run with CAP_SYS_PTRACE (a container: --cap-add=SYS_PTRACE)";

// Where the namespace itself may not be seen, its map of users may.
bool is_elsewhere(const TracingFacts& other, const TracingFacts& own) {
  if (!other.user_namespace.empty()) return other.user_namespace != own.user_namespace;
  return other.user_map != own.user_map;
}

// The kernel's rules in the order in which the kernel goes through them (kernel/ptrace.c, __ptrace_may_access; then
// security/commoncap.c and security/yama/yama_lsm.c).
std::optional<Diagnosis> by_rights(const std::string& name, const TracingFacts& own, const TracingFacts& other) {
  if (own.may_trace()) {
    if (is_elsewhere(other, own))
      return Diagnosis{"no permission to trace " + name +
                           ", which is in another user namespace, where our CAP_SYS_PTRACE does not count",
                       "run as root of that namespace, or outside of all", Remedy::other};
    return std::nullopt;
  }
  const auto lacking = [&](const std::string& why) {
    return Diagnosis{"no permission to trace " + name + ", " + why, std::string(add_capability),
                     Remedy::ptrace_capability};
  };
  if (own.user != other.user)
    return Diagnosis{"no permission to trace " + name + ", which is another user's",
                     "run as user " + std::to_string(other.user) + ", or with CAP_SYS_PTRACE",
                     Remedy::ptrace_capability};
  if (!other.dumpable) return lacking("which does not want to be looked at (it is not dumpable)");
  if ((other.permitted & ~own.permitted) != 0) return lacking("which has capabilities that we lack");
  return std::nullopt;
}

// yama_ptrace_access_check: 1 leaves a process its own children, 2 leaves all to those with the capability, 3 nothing
// to anybody.
std::optional<Diagnosis> by_yama(const std::string& name, const TracingFacts& own, bool is_own_child) {
  const auto scope = yama_scope();
  if (scope == "3")
    return Diagnosis{"kernel.yama.ptrace_scope=3 forbids all tracing",
                     "only a reboot with another setting changes that", Remedy::other};
  const bool matters = scope == "2" || (scope == "1" && !is_own_child);
  if (!matters || own.may_trace()) return std::nullopt;
  const std::string start = scope == "1" ? "start the program under stub, " : "";
  return Diagnosis{"kernel.yama.ptrace_scope=" + scope + " forbids tracing " + name,
                   start + "add CAP_SYS_PTRACE, or set it to " + (is_own_child ? "1" : "0"), Remedy::yama_scope};
}

Diagnosis why_not_own_child() {
  if (filter_refuses_ptrace()) return filtered;
  const auto own = own_facts();
  if (const auto found = by_yama("a child of our own", own, true)) return *found;
  return by_module(own.security_label);
}

}  // namespace

Pid own_pid() { return Pid{::getpid()}; }

bool TracingFacts::may_trace() const { return (capabilities >> cap_sys_ptrace & 1) != 0; }

std::string yama_scope() {
  return first_line(procfs::read_file("/proc/sys/kernel/yama/ptrace_scope").value_or("none"));
}

std::vector<Pid> numbers_of(Pid pid) {
  std::vector<Pid> out;
  const auto field = procfs::status_field(procfs::read_file(procfs::of(pid, "status")).value_or(""), "NSpid");
  Cursor in(field);
  while (!in.done()) {
    const auto number = in.decimal();
    if (!number) break;
    out.push_back(Pid{static_cast<std::int32_t>(*number)});
    in.skip('\t');
  }
  return out;
}

std::optional<TracingFacts> tracing_facts(Pid pid) {
  const auto status = procfs::read_file(procfs::of(pid, "status"));
  if (!status) return std::nullopt;
  TracingFacts out;
  out.user = effective_user(*status);
  out.capabilities = hex_field(*status, "CapEff");
  out.permitted = hex_field(*status, "CapPrm");
  out.seccomp = seccomp_mode(procfs::status_field(*status, "Seccomp"));
  out.no_new_privileges = procfs::status_field(*status, "NoNewPrivs") == "1";
  out.dumpable = is_dumpable(pid, out.user);
  const auto tracer = procfs::status_field(*status, "TracerPid");
  if (const auto number = Cursor(tracer).decimal(); number.value_or(0) != 0)
    out.tracer = Pid{static_cast<std::int32_t>(*number)};
  out.user_map = procfs::read_file(procfs::of(pid, "uid_map")).value_or("");
  out.user_namespace = procfs::read_link(procfs::of(pid, "ns/user"));
  out.security_label = first_line(procfs::read_file(procfs::of(pid, "attr/current")).value_or(""));
  return out;
}

Diagnosis diagnose(std::optional<Pid> pid) {
  if (!pid) return why_not_own_child();
  const auto name = "process " + std::to_string(number(*pid));
  const auto other = tracing_facts(*pid);
  if (!other) return {"there is no " + name, "", Remedy::nothing};
  if (*pid == own_pid()) return {"cannot attach to myself", "", Remedy::nothing};
  if (other->tracer)
    return {name + " is already traced by process " + std::to_string(number(*other->tracer)), "end that debugger first",
            Remedy::nothing};
  if (filter_refuses_ptrace()) return filtered;
  const auto own = own_facts();
  if (const auto found = by_rights(name, own, *other)) return *found;
  if (const auto found = by_yama(name, own, false)) return *found;
  return by_module(other->security_label);
}

std::string why_not_traceable(std::optional<Pid> pid) { return diagnose(pid).text(); }

// Opening mem is allowed to whom attaching is (fs/proc/base.c, mem_open: PTRACE_MODE_ATTACH_FSCREDS).
std::optional<std::string> why_not_attachable(Pid pid) {
  const auto name = "process " + std::to_string(number(pid));
  const auto status = procfs::read_file(procfs::of(pid, "status"));
  if (!status) return "there is no " + name;
  if (procfs::status_field(*status, "State").starts_with('Z')) return name + " has ended";
  if (procfs::status_field(*status, "VmSize").empty()) return name + " is the kernel's own";
  const bool traced = procfs::status_field(*status, "TracerPid") != "0";
  const Fd memory(::open(procfs::of(pid, "mem").c_str(), O_RDONLY | O_CLOEXEC));
  return memory && !traced ? std::nullopt : std::optional(why_not_traceable(pid));
}

}  // namespace stub
