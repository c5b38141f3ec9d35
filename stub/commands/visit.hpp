// Visit: a process is stopped as long as the object lives, and goes on afterwards as if nothing had been: also where
// we are told to end meanwhile (that waits), and where it was stopped before (it stays so).
#pragma once

#include "stub/linux/child_signals.hpp"
#include "stub/linux/delayed_signals.hpp"
#include "stub/linux/linux_host.hpp"
#include "stub/linux/ptrace_kernel.hpp"
#include "stub/linux/ticker.hpp"
#include "stub/target/engine.hpp"

namespace stub::commands {

class Visit {
 public:
  Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit();

  Result<> begin(Pid pid);
  // Somebody wants us to end: what takes long should be given up.
  [[nodiscard]] static bool interrupted() { return DelayedSignals::any(); }
  [[nodiscard]] Target& target() { return engine_; }
  [[nodiscard]] Host& host() { return host_; }

 private:
  DelayedSignals delayed_signals_;
  ChildSignals child_signals_;
  Ticker ticker_;
  LinuxHost host_;
  PtraceKernel kernel_;
  Engine engine_;
};

}  // namespace stub::commands
