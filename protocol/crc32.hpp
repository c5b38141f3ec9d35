// The CRC-32 of qCRC (GDB manual, "General Query Packets"): polynomial 0x04c11db7, most significant bit first, neither
// reflected nor inverted at the end; zlib's is another.
#pragma once

#include <cstdint>

#include "protocol/types.hpp"

namespace stub {

constexpr std::uint32_t initial_crc32 = 0xffffffff;

// Of all the bytes before, and these.
[[nodiscard]] std::uint32_t extend_crc32(std::uint32_t before, ByteView bytes);

}  // namespace stub
