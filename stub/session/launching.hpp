// Launching: how a program shall be started, as clients and the command line say it piece by piece.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "stub/target/host.hpp"
#include "stub/target/kernel.hpp"

namespace stub {

struct LaunchSettings {
  std::vector<std::string> program;  // with its arguments; what a restart runs
  bool with_shell = false;           // started by a shell, which expands what is in the arguments
  std::vector<std::string> wrapper;  // a command that runs the program
  bool disable_randomization = true;
  std::string working_directory;                        // empty: our own
  std::optional<std::vector<std::string>> environment;  // NAME=VALUE; none: our own
  std::array<std::string, 3> files;                     // opened as standard input, output, error; empty: our own
  bool own_terminal = false;                            // a new one stands for those that are not named
  // The arguments are text for the shell as it stands (gdb 18); otherwise words that a client has split already.
  bool raw_arguments = false;
};

[[nodiscard]] LaunchRequest launch_request(Host& host, const LaunchSettings& settings);

// What a shell takes for this very word.
[[nodiscard]] std::string shell_quoted(const std::string& word);

void set_variable(std::vector<std::string>& environment, const std::string& assignment);
void unset_variable(std::vector<std::string>& environment, const std::string& name);

}  // namespace stub
