// Visit: a process is stopped for as long as the object lives, and then let go as it was.
#pragma once

#include "stub/linux/child_signals.hpp"
#include "stub/linux/linux_host.hpp"
#include "stub/linux/ptrace_kernel.hpp"
#include "stub/linux/ticker.hpp"
#include "stub/target/engine.hpp"

namespace stub::commands {

class Visit {
 public:
  // From now on SIGINT, SIGTERM and SIGHUP do not end us: see interrupted().
  explicit Visit(Pid pid);
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  // Whether the process is stopped; if not, the error names cause and cure.
  [[nodiscard]] const Result<>& begun() const { return begun_; }
  [[nodiscard]] static bool interrupted();

  [[nodiscard]] Target& target() { return engine_; }
  [[nodiscard]] Host& host() { return host_; }
  [[nodiscard]] ThreadId first() const { return {pid_, leader(pid_)}; }

 private:
  Pid pid_;
  ChildSignals child_signals_;
  Ticker ticker_;
  PtraceKernel kernel_;
  LinuxHost host_;
  Engine engine_;
  Result<> begun_;
};

}  // namespace stub::commands
