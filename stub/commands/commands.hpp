// Subcommands: `stub bt PID` and the like. One table, one small function each.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub::commands {

using Words = std::vector<std::string>;               // a command's arguments
using Print = std::function<void(std::string_view)>;  // to standard output

// Carries out the command that the first word names, to its exit status; nothing if it names none. An error's text says
// what is wrong, and nothing has been printed then.
[[nodiscard]] std::optional<Result<int>> run(const Words& words, const Print& print);

// The commands' rows.
Result<int> core(const Words& words, const Print& print);
Result<int> backtrace(const Words& words, const Print& print);
Result<int> doctor(const Words& words, const Print& print);
Result<int> processes(const Words& words, const Print& print);

// What stands behind a command: --json, and what else there is.
struct Arguments {
  Words words;
  bool json = false;
};
[[nodiscard]] Result<Arguments> parse(const Words& words);

}  // namespace stub::commands
