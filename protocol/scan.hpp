// Looking through long texts many characters at a time, with whatever vectors the CPU that we are built for has.
#pragma once

#include <cstdint>
#include <string_view>

namespace stub {

// The position of the first character that is one of the four; the text's size if there is none.
struct FourCharacters {
  char a, b, c, d;
};
[[nodiscard]] std::size_t find_any(std::string_view text, FourCharacters wanted);

// Where four equal characters in a row begin first; the text's size if nowhere.
[[nodiscard]] std::size_t find_run_of_four(std::string_view text);

// Of all bytes, modulo 2^32.
[[nodiscard]] std::uint32_t byte_sum(std::string_view text);

}  // namespace stub
