// Why tracing is refused, in words: cause and cure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/types.hpp"

namespace stub {

// What would have to change. The smallest change is meant: nobody needs a privileged container for this.
enum class Remedy : std::uint8_t { nothing, ptrace_capability, seccomp_profile, yama_scope, security_module, other };

struct Diagnosis {
  std::string cause;
  std::string cure;
  Remedy remedy = Remedy::other;

  [[nodiscard]] std::string text() const { return cure.empty() ? cause : cause + ": " + cure; }
};

// After an EPERM: looks at who traces the process already, at users, capabilities, user namespaces, dumpability, Yama,
// seccomp and security modules. No pid: a child of our own.
[[nodiscard]] Diagnosis diagnose(std::optional<Pid> pid);
// The same as one line.
[[nodiscard]] std::string why_not_traceable(std::optional<Pid> pid);

// Why a process could not be attached to; nothing: it could. Nothing is done to it.
[[nodiscard]] std::optional<std::string> why_not_attachable(Pid pid);

// What decides about tracing, of a process as /proc tells it.
struct TracingFacts {
  std::uint32_t user = 0;          // the effective one
  std::uint64_t capabilities = 0;  // the effective ones
  std::uint64_t permitted = 0;     // those that it may take
  std::string seccomp;             // "off", "strict", "filter"
  bool no_new_privileges = false;
  bool dumpable = true;        // prctl(2), PR_SET_DUMPABLE
  std::optional<Pid> tracer;   // who traces it
  std::string user_namespace;  // "user:[4026531837]"; empty: it may not be looked at
  std::string user_map;        // uid_map (user_namespaces(7))
  std::string security_label;  // AppArmor's or SELinux's; empty: none

  [[nodiscard]] bool may_trace() const;  // CAP_SYS_PTRACE
};
[[nodiscard]] Pid own_pid();
// The process's number in each pid namespace that it is in, from ours on; empty: there is no such process.
[[nodiscard]] std::vector<Pid> numbers_of(Pid pid);
// Nothing: there is no such process.
[[nodiscard]] std::optional<TracingFacts> tracing_facts(Pid pid);

// kernel.yama.ptrace_scope; "none" where the kernel has no Yama.
[[nodiscard]] std::string yama_scope();

}  // namespace stub
