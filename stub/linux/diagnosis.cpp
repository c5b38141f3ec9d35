#include "stub/linux/diagnosis.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"
#include "stub/linux/fd.hpp"
#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

constexpr unsigned cap_sys_ptrace = 19;  // linux/capability.h

std::string own_status(std::string_view field) {
  return procfs::status_field(procfs::read_file("/proc/self/status").value_or(""), field);
}

bool have_ptrace_capability() {
  const auto effective = Cursor(own_status("CapEff")).hex();
  return effective && (*effective >> cap_sys_ptrace & 1) != 0;
}

bool under_seccomp_filter() { return own_status("Seccomp") == "2"; }

std::string yama_scope() {
  auto scope = procfs::read_file("/proc/sys/kernel/yama/ptrace_scope").value_or("0");
  if (scope.ends_with('\n')) scope.pop_back();
  return scope;
}

// The first of the four ids of a Uid or Gid line.
std::string first_word(const std::string& line) { return line.substr(0, line.find('\t')); }

std::string why_not_own_child() {
  if (under_seccomp_filter())
    return "ptrace is refused by a seccomp filter: run the container with a profile that allows ptrace";
  return "ptrace is refused by a security module of this system";
}

}  // namespace

std::string why_not_traceable(std::optional<Pid> pid) {
  if (!pid) return why_not_own_child();
  const auto name = "process " + std::to_string(number(*pid));
  const auto status = procfs::read_file(procfs::of(*pid, "status"));
  if (!status) return "there is no " + name;
  if (number(*pid) == ::getpid()) return "cannot attach to myself";
  if (const auto tracer = procfs::status_field(*status, "TracerPid"); tracer != "0" && !tracer.empty())
    return name + " is already traced by process " + tracer + ": end that debugger first";
  const bool same_user = first_word(procfs::status_field(*status, "Uid")) == std::to_string(::getuid());
  if (!have_ptrace_capability() && !same_user)
    return "no permission to trace " + name + ", which is another user's: run as that user, or with CAP_SYS_PTRACE";
  if (const auto scope = yama_scope(); scope == "3" || (scope != "0" && !have_ptrace_capability()))
    return "kernel.yama.ptrace_scope=" + scope + " forbids attaching to " + name +
           ": start the program under stub, add CAP_SYS_PTRACE, or set it to 0";
  if (under_seccomp_filter() && !have_ptrace_capability())
    return "no permission to trace " + name +
           ": it has rights that we lack, or a seccomp filter refuses ptrace: add CAP_SYS_PTRACE to the container";
  return "no permission to trace " + name + ": it has rights that we lack; run with CAP_SYS_PTRACE";
}

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
