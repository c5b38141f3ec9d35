// Cursor: a bounds-checked reader over the text of one packet. It never throws and never reads past the end;
// a failed read consumes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/types.hpp"

namespace stub {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool skip(char expected);
  bool skip(std::string_view expected);

  // A number of at most 64 bits; nothing if there is no digit, or if it does not fit.
  std::optional<std::uint64_t> hex();
  std::optional<std::uint64_t> decimal();
  // A number in `hex()`'s form as an address or a length that must fit into 31 bits.
  std::optional<Address> address();
  std::optional<std::int32_t> id();

  // Everything before the next `separator`, which is consumed too; all the rest if there is none.
  std::string_view until(char separator);
  std::string_view take_rest();

 private:
  std::string_view rest_;
};

}  // namespace stub
