#include "protocol/hex.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

TEST_CASE("a number is written without leading zeros") {
  CHECK(hex(0) == "0");
  CHECK(hex(0x1f) == "1f");
  CHECK(hex(~std::uint64_t{0}) == "ffffffffffffffff");
}

TEST_CASE("a padded number has at least its width") {
  CHECK(hex(5, 2) == "05");
  CHECK(hex(0, 16) == "0000000000000000");
  CHECK(hex(0x123, 2) == "123");
  CHECK(hex(0, 0).empty());
}

TEST_CASE("hex digits of either case have a value, other characters none") {
  CHECK(hex_digit('0') == 0);
  CHECK(hex_digit('9') == 9);
  CHECK(hex_digit('a') == 10);
  CHECK(hex_digit('f') == 15);
  CHECK(hex_digit('A') == 10);
  CHECK(hex_digit('F') == 15);
  for (const char c : {'/', ':', '@', 'G', '`', 'g', ' ', '\0', '\xff'}) CHECK_FALSE(hex_digit(c));
}

TEST_CASE("bytes become two digits each, in memory order") {
  CHECK(hex_bytes(Bytes{0xde, 0xad, 0x00, 0x0f}) == "dead000f");
  CHECK(hex_bytes(Bytes{}).empty());
  CHECK(hex_bytes("/bin/ls") == "2f62696e2f6c73");
}

TEST_CASE("bytes are appended behind what is there") {
  std::string out = "l";
  append_hex_bytes(out, Bytes{1, 2});
  append_hex_bytes(out, Bytes{});
  append_hex_bytes(out, Bytes{0xff});
  CHECK(out == "l0102ff");
}

TEST_CASE("every byte survives the way to hex and back") {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  CHECK(bytes_from_hex(hex_bytes(all)) == all);
}

TEST_CASE("every character that is no hex digit is found, wherever it is") {
  for (int c = 0; c < 256; ++c) {
    for (std::size_t at = 0; at < 70; at += 3) {
      std::string text(70, 'f');
      text[at] = static_cast<char>(c);
      CAPTURE(c, at);
      REQUIRE(bytes_from_hex(text).has_value() == hex_digit(static_cast<char>(c)).has_value());
    }
  }
}

TEST_CASE("hex that is odd or holds another character gives nothing") {
  CHECK_FALSE(bytes_from_hex("abc"));
  CHECK_FALSE(bytes_from_hex("0g"));
  CHECK_FALSE(bytes_from_hex("g0"));
  CHECK_FALSE(bytes_from_hex("0x12"));
  CHECK_FALSE(bytes_from_hex(" 12 "));
  CHECK_FALSE(text_from_hex("2"));
}

TEST_CASE("hex of nothing is nothing, and that is no error") {
  CHECK(bytes_from_hex("") == Bytes{});
  CHECK(text_from_hex("") == "");
}

TEST_CASE("text from hex may hold any byte") {
  using namespace std::string_literals;
  CHECK(text_from_hex("4100FF42") ==
        "A\0\xff"
        "B"s);
}
