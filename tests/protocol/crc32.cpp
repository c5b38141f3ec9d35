#include "protocol/crc32.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

// The catalogue of parametrised CRC algorithms calls it CRC-32/MPEG-2 and gives this value.
TEST_CASE("the checksum is the one of the GDB manual") {
  CHECK(extend_crc32(initial_crc32, as_bytes("123456789")) == 0x0376e6e7);
}

TEST_CASE("the checksum of nothing is where it begins") { CHECK(extend_crc32(initial_crc32, {}) == 0xffffffff); }

TEST_CASE("the checksum of pieces is that of the whole") {
  const auto first = extend_crc32(initial_crc32, as_bytes("1234"));
  CHECK(extend_crc32(first, as_bytes("56789")) == 0x0376e6e7);
}

TEST_CASE("a changed bit changes the checksum") {
  Bytes bytes(4096);
  const auto before = extend_crc32(initial_crc32, bytes);
  bytes[2000] ^= 0x10;
  CHECK(extend_crc32(initial_crc32, bytes) != before);
}
