// What the forms of the command line have in common: reading words into options.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "protocol/error.hpp"

namespace stub::command_line {

[[nodiscard]] std::unexpected<Error> usage_error(std::string text);

// What is no option, in order.
[[nodiscard]] Result<std::vector<std::string>> parse(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace stub::command_line
