// Hexadecimal both ways: the protocol's numbers (no 0x, no padding) and its byte strings (two digits a byte).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/types.hpp"

namespace stub {

// The value of a hex digit of either case; nothing for any other character.
[[nodiscard]] std::optional<std::uint8_t> hex_digit(char c);

// A number without leading zeros: 0x1f -> "1f".
[[nodiscard]] std::string hex(std::uint64_t value);
// A number padded with zeros to `width` digits: (5, 2) -> "05".
[[nodiscard]] std::string hex(std::uint64_t value, std::size_t width);

// Two digits a byte, in memory order.
[[nodiscard]] std::string hex_bytes(ByteView bytes);
[[nodiscard]] std::string hex_bytes(std::string_view text);
void append_hex_bytes(std::string& out, ByteView bytes);

// The reverse; nothing if the length is odd or a character is not a digit.
[[nodiscard]] std::optional<Bytes> bytes_from_hex(std::string_view digits);
[[nodiscard]] std::optional<std::string> text_from_hex(std::string_view digits);

}  // namespace stub
