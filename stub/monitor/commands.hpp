// The monitor commands themselves; the table is in monitor.cpp.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "stub/monitor/monitor.hpp"

namespace stub::monitor {

using Words = std::vector<std::string>;  // a command's arguments

// Blanks behind the text up to `width`: a column of a table.
[[nodiscard]] inline std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

Result<std::string> disassemble(const View& view, const Words& words);
Result<std::string> breakpoints(const View& view, const Words& words);
Result<std::string> maps(const View& view, const Words& words);

}  // namespace stub::monitor
