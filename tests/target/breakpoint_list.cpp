// Breakpoints: what memory reads as with breakpoints in it.
#include "stub/target/breakpoints.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

constexpr Address place{0x1000};

Bytes hidden(const Breakpoints& breakpoints, Address address, Bytes bytes) {
  breakpoints.hide(address, bytes);
  return bytes;
}

}  // namespace

TEST_CASE("a breakpoint outside what is read changes nothing") {
  Breakpoints breakpoints;
  breakpoints.add(place, {0x90});
  CHECK(hidden(breakpoints, place + 1, {0xcc, 0xcc}) == Bytes{0xcc, 0xcc});
  CHECK(hidden(breakpoints, place - 2, {0xcc, 0xcc}) == Bytes{0xcc, 0xcc});
  CHECK(hidden(breakpoints, place, {}) == Bytes{});
}

TEST_CASE("a breakpoint is hidden wherever it overlaps what is read") {
  Breakpoints breakpoints;
  breakpoints.add(place, {1, 2, 3, 4});
  CHECK(hidden(breakpoints, place - 2, {9, 9, 9, 9}) == Bytes{9, 9, 1, 2});
  CHECK(hidden(breakpoints, place + 2, {9, 9, 9, 9}) == Bytes{3, 4, 9, 9});
  CHECK(hidden(breakpoints, place + 1, {9, 9}) == Bytes{2, 3});
  CHECK(hidden(breakpoints, place - 1, {9, 9, 9, 9, 9, 9}) == Bytes{9, 1, 2, 3, 4, 9});
}

TEST_CASE("a breakpoint at the end of the address space does not touch its beginning unless it wraps around") {
  Breakpoints breakpoints;
  breakpoints.add({~std::uint64_t{0}}, {1});
  CHECK(hidden(breakpoints, {0}, {9, 9}) == Bytes{9, 9});
  CHECK(hidden(breakpoints, {~std::uint64_t{0} - 1}, {9, 9}) == Bytes{9, 1});
  breakpoints.add({~std::uint64_t{0} - 1}, {5, 6, 7, 8});
  CHECK(hidden(breakpoints, {0}, {9, 9, 9}) == Bytes{7, 8, 9});
}

TEST_CASE("what is written under a breakpoint becomes its original, and the instruction stays in memory") {
  Breakpoints breakpoints;
  breakpoints.add(place, {0x90});
  breakpoints.add(place + 2, {0x91});
  Bytes bytes{1, 2, 3};
  breakpoints.take_write(place, bytes, Bytes{0xcc});
  CHECK(bytes == Bytes{0xcc, 2, 0xcc});
  CHECK(breakpoints.find(place)->original == Bytes{1});
  CHECK(breakpoints.find(place + 2)->original == Bytes{3});
}

TEST_CASE("a write that overlaps a longer breakpoint at either end is kept under it") {
  const Bytes instruction{0xa, 0xb, 0xc, 0xd};
  Breakpoints breakpoints;
  breakpoints.add(place, {1, 2, 3, 4});
  Bytes front{7, 8};
  breakpoints.take_write(place - 1, front, instruction);
  CHECK(front == Bytes{7, 0xa});
  CHECK(breakpoints.find(place)->original == Bytes{8, 2, 3, 4});
  Bytes back{5, 6};
  breakpoints.take_write(place + 3, back, instruction);
  CHECK(back == Bytes{0xd, 6});
  CHECK(breakpoints.find(place)->original == Bytes{8, 2, 3, 5});
}

TEST_CASE("hits are counted per breakpoint, and unknown ones are not") {
  Breakpoints breakpoints;
  breakpoints.add(place, {0x90});
  breakpoints.count_hit(place);
  breakpoints.count_hit(place);
  breakpoints.count_hit(place + 1);
  REQUIRE(breakpoints.list().size() == 1);
  CHECK(breakpoints.list()[0].hits == 2);
  CHECK(breakpoints.find(place + 1) == nullptr);
}

TEST_CASE("a breakpoint that is added again has what is there now as its original") {
  Breakpoints breakpoints;
  breakpoints.add(place, {0x90});
  breakpoints.add(place, {0x55});
  CHECK(breakpoints.find(place)->original == Bytes{0x55});
}

TEST_CASE("breakpoints are listed by address and forgotten when erased or cleared") {
  Breakpoints breakpoints;
  breakpoints.add(place + 8, {2});
  breakpoints.add(place, {1});
  CHECK(breakpoints.addresses() == std::vector{place, place + 8});
  breakpoints.erase(place);
  CHECK_FALSE(breakpoints.contains(place));
  CHECK(breakpoints.contains(place + 8));
  breakpoints.clear();
  CHECK(breakpoints.addresses().empty());
}

}  // namespace stub
