// Translates what waitpid(2) returns for a seized tracee into a WaitReason.
#pragma once

#include <optional>

#include "stub/target/kernel.hpp"

namespace stub {

// What must still be read from the kernel while the thread is stopped.
struct StatusReader {
  virtual ~StatusReader() = default;
  [[nodiscard]] virtual unsigned long event_message() = 0;              // PTRACE_GETEVENTMSG
  [[nodiscard]] virtual int signal_code() = 0;                          // PTRACE_GETSIGINFO, si_code
  [[nodiscard]] virtual wait_status::SystemCallStop system_call() = 0;  // PTRACE_GET_SYSCALL_INFO
};

// Nothing for stops that we never ask for.
[[nodiscard]] std::optional<WaitReason> translate_status(int status, StatusReader& reader);

}  // namespace stub
