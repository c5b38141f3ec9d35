// Text in the manner of C's printf, out of a client's format and the raw values of an expression. Whatever they say,
// nothing is read but what the directives name, and the text is bounded; what cannot be shown says so in its place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stub/agent/machine.hpp"

namespace stub::agent {

// The format has its escape sequences still as in C's source: \n is two characters.
[[nodiscard]] std::string format(std::string_view text, std::span<const std::uint64_t> arguments, Machine& machine);

}  // namespace stub::agent
