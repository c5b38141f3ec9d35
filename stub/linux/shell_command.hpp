// ShellCommand: a command run by the shell, in a process group of its own. It is asked from time to time: nobody waits
// for it, and who reaps our children tells it of its end.
#pragma once

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "stub/linux/fd.hpp"
#include "stub/target/kernel.hpp"
#include "stub/target/shell.hpp"

namespace stub {

class ShellCommand {
 public:
  // What it prints, on both of its streams, is kept up to `most_output` bytes; the rest is read and forgotten.
  [[nodiscard]] static Result<std::shared_ptr<ShellCommand>> start(const ShellRequest& request,
                                                                   const sigset_t& signal_mask,
                                                                   std::size_t most_output);
  ShellCommand(const ShellCommand&) = delete;
  ShellCommand& operator=(const ShellCommand&) = delete;
  // Killed, unless it has ended.
  ~ShellCommand();

  [[nodiscard]] Pid pid() const { return pid_; }
  void ended(const WaitReason& reason);
  // What has become of it, when it has ended. Until then: reads what it has printed, and sees to the time.
  [[nodiscard]] std::optional<ShellOutcome> look();

 private:
  ShellCommand(Pid pid, Fd output, const ShellRequest& request, std::size_t most_output);

  void read_output();
  void kill_group() const;

  using Clock = std::chrono::steady_clock;
  Pid pid_;
  Fd output_;
  std::optional<Clock::time_point> deadline_;
  std::size_t most_output_;
  bool ended_ = false;
  ShellOutcome outcome_;
};

}  // namespace stub
