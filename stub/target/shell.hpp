// A shell command that a client has run.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "protocol/signal.hpp"

namespace stub {

struct ShellRequest {
  std::string command;
  std::string working_directory;                // empty: our own
  std::optional<std::chrono::seconds> timeout;  // then it is killed, with all that it has started
};

struct ShellOutcome {
  int status = 0;         // as a shell has it: 128 + signal where one has ended it
  KernelSignal signal{};  // which has ended it; 0: none
  std::string output;     // its first bytes
  bool cut = false;       // there were more
  bool timed_out = false;
};

}  // namespace stub
