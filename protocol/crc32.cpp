#include "protocol/crc32.hpp"

#include <array>

namespace stub {
namespace {

constexpr std::uint32_t polynomial = 0x04c11db7;

// What a byte leaves when it has been shifted out.
constexpr std::array<std::uint32_t, 256> remainders = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ (crc >> 31 != 0 ? polynomial : 0);
    table[byte] = crc;
  }
  return table;
}();

}  // namespace

std::uint32_t extend_crc32(std::uint32_t before, ByteView bytes) {
  for (const auto byte : bytes) before = before << 8 ^ remainders[before >> 24 ^ byte];
  return before;
}

}  // namespace stub
