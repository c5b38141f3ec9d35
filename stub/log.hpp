// What stub says on standard error. Standard output is the debuggee's.
#pragma once

#include <string>

namespace stub::log {

// To be called first. A failing standard error is not fatal.
void start();
// A line without prefix, which other programs match byte for byte.
void announce(const std::string& line);
// "stub: …"
void say(const std::string& line);

}  // namespace stub::log
