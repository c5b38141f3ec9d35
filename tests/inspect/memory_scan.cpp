#include "stub/inspect/memory_scan.hpp"

#include <algorithm>
#include <array>

#include "tests/support/catch.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

namespace {

constexpr Pid process{1};
constexpr Address begin{0x10000000};
constexpr std::size_t piece = std::size_t{256} * 1024, size = 3 * piece + 100;

// Three pieces and a little more, between pages that are not there.
struct Haystack : FakeTarget {
  explicit Haystack(std::vector<std::size_t> needles) {
    Bytes bytes(size);
    for (const auto at : needles) std::ranges::copy(needle, bytes.begin() + static_cast<std::ptrdiff_t>(at));
    map(begin, std::move(bytes));
  }
  static constexpr std::array<std::uint8_t, 4> needle = {'a', 'b', 'a', 'c'};
};

template <class Scan>
auto end_of(Scan scan) {
  for (;;)
    if (const auto end = scan.step()) return *end;
}

Result<std::optional<Address>> find(FakeTarget& target, Address from, std::uint64_t length,
                                    std::string_view pattern = "abac") {
  const auto bytes = as_bytes(pattern);
  return end_of(MemorySearch(target, process, from, length, Bytes(bytes.begin(), bytes.end())));
}

}  // namespace

TEST_CASE("a search finds the first of several") {
  Haystack target({700, 300, 2 * piece});
  CHECK(find(target, begin, size).value() == begin + 300);
  CHECK(find(target, begin + 301, size - 301).value() == begin + 700);
  CHECK(find(target, begin + 701, size - 701).value() == begin + 2 * piece);
}

TEST_CASE("a search finds what lies across pieces, wherever it is cut") {
  const auto before = GENERATE(0u, 1u, 2u, 3u, 4u);
  Haystack target({2 * piece - before});
  CHECK(find(target, begin, size).value() == begin + (2 * piece - before));
}

TEST_CASE("a search finds a pattern longer than a piece") {
  Haystack target({});
  REQUIRE(target.write_memory(process, begin + 5, as_bytes("x")));
  std::string pattern(piece + 1000, '\0');
  pattern[0] = 'x';
  CHECK(find(target, begin, size, pattern).value() == begin + 5);
}

TEST_CASE("a search finds what ends where it ends, and nothing beyond") {
  Haystack target({size - 4});
  CHECK(find(target, begin, size).value() == begin + (size - 4));
  CHECK_FALSE(find(target, begin, size - 1).value());
  CHECK_FALSE(find(target, begin + (size - 3), 3).value());
  CHECK_FALSE(find(target, begin, 0).value());
}

TEST_CASE("a search ends with an error at memory that is not there, but finds what is before it") {
  Haystack target({size - 4});
  CHECK(find(target, begin, ~std::uint64_t{0}).value() == begin + (size - 4));
  CHECK(find(target, begin + (size - 3), ~std::uint64_t{0}).error().code == Errc::unreadable);
  CHECK(find(target, begin - 1, size).error().code == Errc::unreadable);
  CHECK(find(target, Address{~std::uint64_t{0}}, ~std::uint64_t{0}).error().code == Errc::unreadable);
}

// The worst case of simple searches: this would take minutes.
TEST_CASE("a search for what is nearly everywhere is no slower") {
  Haystack target({});
  std::string pattern(100'000, '\0');
  pattern[0] = pattern[50'000] = pattern.back() = 1;
  CHECK_FALSE(find(target, begin, size, pattern).value());
}

TEST_CASE("a checksum is that of all bytes") {
  Haystack target({100});
  const auto bytes = target.read_memory(process, begin, size).value();
  CHECK(end_of(MemoryChecksum(target, process, begin, size)).value() == extend_crc32(initial_crc32, bytes));
  CHECK(end_of(MemoryChecksum(target, process, begin, 0)).value() == initial_crc32);
  CHECK(end_of(MemoryChecksum(target, process, begin, size + 1)).error().code == Errc::unreadable);
}
