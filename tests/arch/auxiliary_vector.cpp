#include "stub/arch/auxiliary_vector.hpp"

#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::arch;

namespace {

Bytes vector(std::string_view hex_text) { return bytes_from_hex(hex_text).value(); }

}  // namespace

TEST_CASE("the auxiliary vector has values by type, in words of either size") {
  const auto wide = vector(
      "0300000000000000"
      "4000400000000000"
      "0500000000000000"
      "0d00000000000000");
  CHECK(auxv_value(wide, 8, at_phdr) == 0x400040);
  CHECK(auxv_value(wide, 8, at_phnum) == 13);
  const auto narrow = vector("0300000034000408050000000d000000");
  CHECK(auxv_value(narrow, 4, at_phdr) == 0x8040034);
  CHECK(auxv_value(narrow, 4, at_phnum) == 13);
}

TEST_CASE("a value is not taken for a type") {
  CHECK(auxv_value(vector("05000000030000000300000007000000"), 4, at_phdr) == 7);
}

TEST_CASE("a type that is not there has no value, nor has one whose value is cut off") {
  CHECK_FALSE(auxv_value({}, 8, at_phdr));
  CHECK_FALSE(auxv_value(vector("0300000000000000"), 8, at_phdr));
  CHECK_FALSE(auxv_value(vector("030000000000000040004000000000"), 8, at_phdr));
  CHECK_FALSE(auxv_value(vector("03000000000000004000400000000000"), 8, at_phent));
}
