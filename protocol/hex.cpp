#include "protocol/hex.hpp"

#include <array>

namespace stub {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

// Both digits of every byte at once: the inner loop of every memory read.
constexpr auto pairs = [] {
  std::array<std::array<char, 2>, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = {digits[i >> 4], digits[i & 15]};
  return table;
}();

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
  out.resize(start + 2 * bytes.size());
  auto* to = out.data() + start;
  for (const auto byte : bytes) {
    *to++ = pairs[byte][0];
    *to++ = pairs[byte][1];
  }
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
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = hex_digit(text[2 * i]);
    const auto low = hex_digit(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    out[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return out;
}

std::optional<std::string> text_from_hex(std::string_view text) {
  const auto bytes = bytes_from_hex(text);
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

}  // namespace stub
