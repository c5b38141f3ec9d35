#include "protocol/hex.hpp"

#include <bit>
#include <cstring>

namespace stub {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

// Both digits of a byte, the high one first in memory: without tables and branches, so that a compiler makes vectors of
// a loop over it.
constexpr std::uint16_t pair(std::uint8_t byte) {
  const auto nibbles = (byte >> 4 | byte << 8) & 0x0f0f;
  const auto letters = ((nibbles + 0x0606) >> 4) & 0x0101;  // where they are above 9
  return static_cast<std::uint16_t>(nibbles + 0x3030 + letters * ('a' - '9' - 1));
}
static_assert(std::endian::native == std::endian::little);

struct Nibble {
  std::uint8_t value, bad;  // bad: not 0 if it was no digit
};
constexpr Nibble nibble(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  const auto decimal = static_cast<std::uint8_t>(byte - '0');
  const auto letter = static_cast<std::uint8_t>((byte | 0x20) - 'a');
  const bool is_decimal = decimal < 10, is_letter = letter < 6;
  return {static_cast<std::uint8_t>(is_decimal ? decimal : letter + 10),
          static_cast<std::uint8_t>(is_decimal || is_letter ? 0 : 1)};
}

}  // namespace

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

std::string hex(std::uint64_t value) { return hex(value, 1); }

std::string hex(std::uint64_t value, std::size_t width) {
  std::string reversed;
  for (; value != 0 || reversed.size() < width; value >>= 4) reversed += digits[value & 15];
  return {reversed.rbegin(), reversed.rend()};
}

void append_hex_bytes(std::string& out, ByteView bytes) {
  const auto start = out.size();
  const auto end = start + 2 * bytes.size();
  // GCC 12 tells the function more than the size that was asked for.
  out.resize_and_overwrite(end, [&](char* text, std::size_t) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto both = pair(bytes[i]);
      std::memcpy(text + start + 2 * i, &both, sizeof both);
    }
    return end;
  });
}

std::string hex_bytes(ByteView bytes) {
  std::string out;
  append_hex_bytes(out, bytes);
  return out;
}

std::string hex_bytes(std::string_view text) { return hex_bytes(as_bytes(text)); }

std::optional<Bytes> bytes_from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out(text.size() / 2);
  std::uint8_t bad = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);
    out[i] = static_cast<std::uint8_t>(high.value << 4 | low.value);
    bad |= high.bad | low.bad;
  }
  if (bad != 0) return std::nullopt;
  return out;
}

std::optional<std::string> text_from_hex(std::string_view text) {
  const auto bytes = bytes_from_hex(text);
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

}  // namespace stub
