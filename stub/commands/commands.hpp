// Subcommands: what stub does by itself, without a debugger. A row in commands.cpp, and a line in the usage (options).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"

namespace stub::commands {

using Words = std::vector<std::string>;

// What is to be printed when it is done.
using Command = Result<std::string> (*)(const Words& arguments);

// Null if there is no such command.
[[nodiscard]] Command find(std::string_view name);

Result<std::string> core(const Words& arguments);

}  // namespace stub::commands
