// What stub says on standard error. Standard output is the debuggee's.
#pragma once

#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace stub::log {

// To be called first. A failing standard error is not fatal.
void start();
// A line without prefix, which other programs match byte for byte.
void announce(const std::string& line);
// "stub: …"
void say(const std::string& line);

// Text as it is, without prefix and end of line.
void print(std::string_view text);

// A line of a Trace, and where such lines go from now on: a file, which is emptied, or standard error.
void trace(const std::string& line);
[[nodiscard]] Result<> trace_to(const std::string& file);

}  // namespace stub::log
