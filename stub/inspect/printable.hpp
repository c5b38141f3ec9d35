// Text out of a debuggee, fit to be shown: a terminal's escape sequences and line ends are not, and it has a bound.
#pragma once

#include <algorithm>
#include <string>

namespace stub::inspect {

[[nodiscard]] inline std::string printable(std::string text, std::size_t most = 1000) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, '?');
  if (text.size() <= most) return text;
  text.resize(most);
  return text + "...";
}

}  // namespace stub::inspect
