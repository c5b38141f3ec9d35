#include "protocol/cursor.hpp"

#include <limits>

#include "protocol/hex.hpp"

namespace stub {

bool Cursor::skip(char expected) {
  if (peek() != expected || done()) return false;
  rest_.remove_prefix(1);
  return true;
}

bool Cursor::skip(std::string_view expected) {
  if (!rest_.starts_with(expected)) return false;
  rest_.remove_prefix(expected.size());
  return true;
}

std::optional<std::uint64_t> Cursor::hex() {
  std::uint64_t value = 0;
  std::size_t used = 0;
  for (; used < rest_.size(); ++used) {
    const auto digit = hex_digit(rest_[used]);
    if (!digit) break;
    if (value >> 60 != 0) return std::nullopt;
    value = value << 4 | *digit;
  }
  if (used == 0) return std::nullopt;
  rest_.remove_prefix(used);
  return value;
}

std::optional<std::uint64_t> Cursor::decimal() {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  std::size_t used = 0;
  for (; used < rest_.size() && rest_[used] >= '0' && rest_[used] <= '9'; ++used) {
    const auto digit = static_cast<std::uint64_t>(rest_[used] - '0');
    if (value > (most - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  if (used == 0) return std::nullopt;
  rest_.remove_prefix(used);
  return value;
}

std::optional<Address> Cursor::address() {
  const auto value = hex();
  if (!value) return std::nullopt;
  return Address{*value};
}

std::optional<std::int32_t> Cursor::id() {
  const auto before = rest_;
  const auto value = hex();
  if (value && *value <= static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()))
    return static_cast<std::int32_t>(*value);
  rest_ = before;
  return std::nullopt;
}

std::string_view Cursor::until(char separator) {
  const auto at = rest_.find(separator);
  const auto piece = rest_.substr(0, at);
  rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + 1);
  return piece;
}

std::string_view Cursor::take_rest() { return std::exchange(rest_, {}); }

}  // namespace stub
