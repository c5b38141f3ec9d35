#include "stub/inspect/debuggee_memory.hpp"

#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

namespace {

constexpr Pid process{1};
constexpr Address data{0x404000}, end_of_data{0x405000};

}  // namespace

TEST_CASE("a number is read little-endian, of any size up to eight bytes") {
  FakeTarget target;
  CHECK(target.write_memory(process, data, bytes_from_hex("8877665544332211").value()));
  CHECK(read_number(target, process, data, 8).value() == 0x1122334455667788);
  CHECK(read_number(target, process, data, 4).value() == 0x55667788);
  CHECK(read_number(target, process, data, 1).value() == 0x88);
}

TEST_CASE("a number that is only partly there is an error") {
  FakeTarget target;
  CHECK_FALSE(read_number(target, process, end_of_data - 4, 8));
  CHECK_FALSE(read_number(target, process, Address{0}, 8));
}

TEST_CASE("a text ends at its NUL, even where memory ends behind it") {
  FakeTarget target;
  CHECK(target.write_memory(process, end_of_data - 4, as_bytes("abc")));
  CHECK(read_text(target, process, end_of_data - 4).value() == "abc");
  CHECK(read_text(target, process, end_of_data - 1).value().empty());
}

TEST_CASE("a text without an end is an error") {
  FakeTarget target;
  CHECK(target.write_memory(process, end_of_data - 4, as_bytes("abcd")));
  CHECK_FALSE(read_text(target, process, end_of_data - 4));
}

TEST_CASE("the auxiliary vector has values by type") {
  FakeTarget target;
  target.set_auxv(bytes_from_hex("0300000000000000"
                                 "4000400000000000"
                                 "0500000000000000"
                                 "0d00000000000000"
                                 "00000000")
                      .value());
  CHECK(auxv_value(target, process, 3).value() == 0x400040);
  CHECK(auxv_value(target, process, 5).value() == 13);
  CHECK(auxv_value(target, process, 4).value() == std::nullopt);
  CHECK_FALSE(auxv_value(target, Pid{2}, 3));
}
