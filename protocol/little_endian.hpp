// Numbers in little-endian memory, as every architecture that we know keeps them.
#pragma once

#include <algorithm>
#include <cstdint>

#include "protocol/types.hpp"

namespace stub {

// Of the first 8 bytes, or as many as there are.
[[nodiscard]] inline std::uint64_t from_little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 8); ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

// `size` bytes; those behind the eighth are zero.
[[nodiscard]] inline Bytes to_little_endian(std::uint64_t value, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < std::min<std::size_t>(size, 8); ++i)
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

}  // namespace stub
