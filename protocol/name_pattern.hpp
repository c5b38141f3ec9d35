// NamePattern: a regular expression (POSIX extended, what lldb's clients write) to be found in names. The C and C++
// libraries' own take time, memory or stack without bound for some expressions ((((a+)+)+)+, a{9999}{9999}); of this
// one a client chooses at most so many steps, each of which looks at a byte of the name once.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace stub {

class NamePattern {
 public:
  // Nothing where it is no expression, is too long, or refers back to what has matched.
  [[nodiscard]] static std::optional<NamePattern> parse(std::string_view text);

  // In any part of the name.
  [[nodiscard]] bool found_in(std::string_view name) const;

  struct Step {
    enum class Kind : std::uint8_t { byte, at_start, at_end, fork };
    Kind kind = Kind::byte;
    std::bitset<256> bytes;                // of which one must come
    std::ptrdiff_t first = 1, second = 1;  // where a fork leads, from here
  };

 private:
  explicit NamePattern(std::vector<Step> steps) : steps_(std::move(steps)) {}

  std::vector<Step> steps_;  // behind the last: found
};

}  // namespace stub
