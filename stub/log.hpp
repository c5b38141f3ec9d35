// What stub says on standard error. Standard output is the debuggee's.
#pragma once

#include <string>
#include <string_view>

namespace stub::log {

// To be called first. A failing standard error is not fatal.
void start();
// A line without prefix, which other programs match byte for byte.
void announce(const std::string& line);
// "stub: …"
void say(const std::string& line);

// Text as it is, without prefix and end of line.
void print(std::string_view text);

}  // namespace stub::log
