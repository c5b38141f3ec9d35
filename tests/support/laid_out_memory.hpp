// A fake debuggee whose data structures a test lays out by hand: in the page of data at 0x404000, in words of 8 bytes.
#pragma once

#include "tests/support/catch.hpp"
#include "tests/support/fake_target.hpp"

namespace stub::test {

struct LaidOutMemory : FakeTarget {
  using Words = std::vector<std::uint64_t>;

  static Bytes as_memory(const Words& words, unsigned size = 8) {
    Bytes bytes;
    for (const auto word : words)
      for (unsigned i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
    return bytes;
  }

  void put(std::uint64_t address, const Words& words, unsigned size = 8) {
    CHECK(write_memory(Pid{1}, Address{address}, as_memory(words, size)));
  }
  void put_text(std::uint64_t address, const std::string& text) {
    CHECK(write_memory(Pid{1}, Address{address}, as_bytes(text)));
  }
};

}  // namespace stub::test
