// Names of functions as people write them. They come out of debuggees' files, so they may be anything.
#pragma once

#include <string>
#include <string_view>

namespace stub::inspect {

// The C++ name, printable; the name itself where it is none, or one that would cost too much.
[[nodiscard]] std::string demangled(std::string_view name);

}  // namespace stub::inspect
