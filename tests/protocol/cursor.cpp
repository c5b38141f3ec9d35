#include "protocol/cursor.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

TEST_CASE("a hex number ends at the first character that is no digit") {
  Cursor in("7fffF0,10");
  CHECK(in.hex() == 0x7ffff0);
  CHECK(in.rest() == ",10");
}

TEST_CASE("leading zeros do not count towards 64 bits") {
  Cursor in("0000000000000000000000001");
  CHECK(in.hex() == 1);
  CHECK(in.done());
}

TEST_CASE("the largest hex number is 64 bits wide") {
  CHECK(Cursor("ffffffffffffffff").hex() == ~std::uint64_t{0});
  Cursor in("10000000000000000");
  CHECK_FALSE(in.hex());
  CHECK(in.rest() == "10000000000000000");
}

TEST_CASE("a number needs a digit") {
  for (const auto* text : {"", ",", "x1", "-1", " 1"}) {
    Cursor in(text);
    CHECK_FALSE(in.hex());
    CHECK_FALSE(in.decimal());
    CHECK_FALSE(in.address());
    CHECK_FALSE(in.id());
    CHECK(in.rest() == text);
  }
}

TEST_CASE("the largest decimal number is 64 bits wide") {
  CHECK(Cursor("18446744073709551615").decimal() == ~std::uint64_t{0});
  Cursor in("18446744073709551616");
  CHECK_FALSE(in.decimal());
  CHECK(in.rest() == "18446744073709551616");
}

TEST_CASE("a decimal number ends at a hex digit") {
  Cursor in("12a");
  CHECK(in.decimal() == 12);
  CHECK(in.rest() == "a");
}

TEST_CASE("an id fits into 31 bits, or nothing is consumed") {
  CHECK(Cursor("7fffffff").id() == 0x7fffffff);
  Cursor in("80000000");
  CHECK_FALSE(in.id());
  CHECK(in.rest() == "80000000");
}

TEST_CASE("skip consumes what it expects and nothing else") {
  Cursor in("vCont;c");
  CHECK_FALSE(in.skip("vFile"));
  CHECK_FALSE(in.skip('c'));
  CHECK(in.skip("vCont"));
  CHECK(in.skip(';'));
  CHECK(in.rest() == "c");
}

TEST_CASE("nothing can be skipped or peeked at behind the end") {
  Cursor in("");
  CHECK_FALSE(in.skip('\0'));
  CHECK_FALSE(in.skip("a"));
  CHECK(in.peek() == '\0');
  CHECK(in.done());
}

TEST_CASE("a NUL in the text is a character like any other") {
  using namespace std::string_view_literals;
  Cursor in("\0a"sv);
  CHECK(in.skip('\0'));
  CHECK(in.rest() == "a");
}

TEST_CASE("until takes a piece and its separator, or all the rest") {
  Cursor in("a;;b");
  CHECK(in.until(';') == "a");
  CHECK(in.until(';').empty());
  CHECK(in.until(';') == "b");
  CHECK(in.done());
  CHECK(in.until(';').empty());
}

TEST_CASE("take_rest leaves nothing") {
  Cursor in("data");
  CHECK(in.take_rest() == "data");
  CHECK(in.done());
}
