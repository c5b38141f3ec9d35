#include "stub/arch/debug_registers_x86.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "tests/support/catch.hpp"

using namespace stub;
using stub::arch::DebugRegisters;

namespace {

Stoppoint write_watch(std::uint64_t address, std::uint64_t length) {
  return {StoppointType::write_watchpoint, Address{address}, length};
}
Stoppoint access_watch(std::uint64_t address, std::uint64_t length) {
  return {StoppointType::access_watchpoint, Address{address}, length};
}
Stoppoint read_watch(std::uint64_t address, std::uint64_t length) {
  return {StoppointType::read_watchpoint, Address{address}, length};
}
Stoppoint breakpoint(std::uint64_t address) { return {StoppointType::hardware_breakpoint, Address{address}, 1}; }

// What DR7 says of a slot (Intel SDM vol. 3, figure 17-1): L0 is bit 0, R/W0 bits 16 and 17, LEN0 bits 18 and 19.
struct Slot {
  bool enabled = false;
  unsigned condition = 0;
  std::uint64_t begin = 0, length = 0;
};
Slot slot_of(const DebugRegisters& registers, std::size_t n) {
  constexpr std::array<std::uint64_t, 4> lengths{1, 2, 8, 4};
  const auto dr7 = registers.control();
  return {(dr7 >> (2 * n) & 1) != 0, static_cast<unsigned>(dr7 >> (16 + 4 * n) & 0b11), registers.address(n),
          lengths[dr7 >> (18 + 4 * n) & 0b11]};
}

std::size_t used(const DebugRegisters& registers) {
  std::size_t count = 0;
  for (std::size_t n = 0; n < DebugRegisters::slots; ++n) count += slot_of(registers, n).enabled ? 1u : 0u;
  return count;
}

std::vector<Stoppoint> told(const DebugRegisters& registers, std::uint64_t status) {
  std::vector<Stoppoint> out;
  for (const auto& hit : registers.hits(status)) out.push_back(hit.stoppoint);
  return out;
}

// How few aligned pieces make up a range, tried in all ways.
std::size_t fewest_pieces(std::uint64_t address, std::uint64_t length) {
  std::vector<std::size_t> fewest(length + 1, std::numeric_limits<std::size_t>::max());
  fewest[0] = 0;
  for (std::uint64_t end = 1; end <= length; ++end)
    for (const std::uint64_t piece : {1u, 2u, 4u, 8u})
      if (piece <= end && (address + end - piece) % piece == 0)
        fewest[end] = std::min(fewest[end], fewest[end - piece] + 1);
  return fewest[length];
}

}  // namespace

TEST_CASE("without stoppoints nothing is enabled") {
  const DebugRegisters registers;
  CHECK_FALSE(registers.any());
  CHECK(registers.control() == 0);
}

TEST_CASE("DR7 holds enable, condition and length of each slot") {
  struct Row {
    Stoppoint stoppoint;
    std::uint64_t dr7;
  };
  const auto row = GENERATE(Row{write_watch(0x404000, 1), 0x10001}, Row{write_watch(0x404000, 2), 0x50001},
                            Row{write_watch(0x404000, 4), 0xd0001}, Row{write_watch(0x404000, 8), 0x90001},
                            Row{access_watch(0x404000, 4), 0xf0001}, Row{read_watch(0x404000, 4), 0xf0001},
                            Row{breakpoint(0x404000), 0x00001});
  DebugRegisters registers;
  CHECK(registers.insert(row.stoppoint));
  CHECK(registers.control() == row.dr7);
  CHECK(registers.address(0) == 0x404000);
}

TEST_CASE("a range takes the fewest aligned pieces that cover it and nothing else, or is refused") {
  for (std::uint64_t offset = 0; offset < 8; ++offset) {
    for (std::uint64_t length = 1; length <= 40; ++length) {
      INFO("offset " << offset << ", length " << length);
      DebugRegisters registers;
      const auto watch = write_watch(0x404000 + offset, length);
      const auto fewest = fewest_pieces(offset, length);
      const bool inserted = registers.insert(watch).has_value();
      REQUIRE(inserted == (fewest <= DebugRegisters::slots));
      REQUIRE(used(registers) == (inserted ? fewest : 0));
      std::vector<int> covered(56);
      for (std::size_t n = 0; n < DebugRegisters::slots; ++n) {
        const auto slot = slot_of(registers, n);
        if (!slot.enabled) continue;
        REQUIRE(slot.begin % slot.length == 0);
        for (std::uint64_t i = 0; i < slot.length; ++i) ++covered[slot.begin + i - 0x404000];
      }
      for (std::uint64_t i = 0; i < covered.size(); ++i)
        REQUIRE(covered[i] == (inserted && i >= offset && i < offset + length ? 1 : 0));
      registers.remove(watch);
      REQUIRE_FALSE(registers.any());
    }
  }
}

TEST_CASE("a hit in a piece is told as of the whole, at the piece's address") {
  DebugRegisters registers;
  const auto watch = write_watch(0x404001, 8);  // 1, 2, 4 and 1 bytes
  CHECK(registers.insert(watch));
  const auto hits = registers.hits(0b100);
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].stoppoint == watch);
  CHECK(hits[0].address == Address{0x404004});
  CHECK(hits[0].slot == 2);
}

TEST_CASE("four stoppoints take four slots") {
  DebugRegisters registers;
  for (std::uint64_t i = 0; i < 3; ++i) CHECK(registers.insert(write_watch(0x404000 + 8 * i, 1)));
  CHECK(registers.insert(breakpoint(0x404018)));
  CHECK(registers.control() == 0x01110055);
  CHECK(registers.address(3) == 0x404018);
}

TEST_CASE("a fifth stoppoint is an error that says so, until a slot is free") {
  DebugRegisters registers;
  for (std::uint64_t i = 0; i < 4; ++i) CHECK(registers.insert(write_watch(8 * i, 8)));
  const auto before = registers;
  const auto fifth = registers.insert(breakpoint(64));
  REQUIRE_FALSE(fifth);
  CHECK(fifth.error().code == Errc::no_slot);
  CHECK(fifth.error().text == "this takes 1 debug register; free: 0 of 4");
  CHECK(registers.alike(before));
  registers.remove(write_watch(8, 8));
  CHECK(registers.insert(breakpoint(64)));
  CHECK(registers.address(1) == 64);
}

TEST_CASE("what fits only in part changes nothing") {
  DebugRegisters registers;
  CHECK(registers.insert(write_watch(0x404000, 24)));
  const auto before = registers;
  const auto wide = registers.insert(write_watch(0x405000, 16));
  REQUIRE_FALSE(wide);
  CHECK(wide.error().text == "this takes 2 debug registers; free: 1 of 4");
  CHECK(registers.alike(before));
  CHECK_FALSE(registers.contains(write_watch(0x405000, 16)));
  CHECK(registers.insert(write_watch(0x405000, 8)));
}

TEST_CASE("inserting twice takes one slot, and removing once frees it") {
  DebugRegisters registers;
  CHECK(registers.insert(write_watch(0x404000, 4)));
  CHECK(registers.insert(write_watch(0x404000, 4)));
  CHECK(registers.control() == 0xd0001);
  registers.remove(write_watch(0x404000, 4));
  CHECK_FALSE(registers.any());
  registers.remove(write_watch(0x404000, 4));
  CHECK_FALSE(registers.any());
}

TEST_CASE("stoppoints share the pieces that they have in common, which go with the last") {
  DebugRegisters registers;
  CHECK(registers.insert(write_watch(0x404000, 24)));
  CHECK(registers.insert(write_watch(0x404008, 16)));
  CHECK(registers.insert(write_watch(0x404010, 8)));
  CHECK(used(registers) == 3);
  registers.remove(write_watch(0x404000, 24));
  CHECK(used(registers) == 2);
  CHECK(told(registers, 0b100) == std::vector{write_watch(0x404008, 16), write_watch(0x404010, 8)});
  registers.remove(write_watch(0x404008, 16));
  CHECK(told(registers, 0b111) == std::vector{write_watch(0x404010, 8)});
  registers.remove(write_watch(0x404010, 8));
  CHECK_FALSE(registers.any());
}

TEST_CASE("reads and accesses are one to the CPU, writes and instructions are not") {
  DebugRegisters registers;
  CHECK(registers.insert(read_watch(0x404000, 1)));
  CHECK(registers.insert(access_watch(0x404000, 1)));
  CHECK(used(registers) == 1);
  CHECK(registers.insert(write_watch(0x404000, 1)));
  CHECK(registers.insert(breakpoint(0x404000)));
  CHECK(used(registers) == 3);
  registers.remove(access_watch(0x404000, 1));
  CHECK(registers.contains(read_watch(0x404000, 1)));
  CHECK(used(registers) == 3);
}

TEST_CASE("the same address with another length is another watchpoint") {
  DebugRegisters registers;
  CHECK(registers.insert(write_watch(0x404000, 4)));
  CHECK(registers.insert(write_watch(0x404000, 2)));
  registers.remove(write_watch(0x404000, 4));
  CHECK(registers.control() == 0x500004);
}

TEST_CASE("what the CPU cannot have is an error") {
  DebugRegisters registers;
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  for (const auto& wrong :
       {write_watch(0x404000, 0), write_watch(0x404000, 33), write_watch(0x404000, most), write_watch(most, 2),
        write_watch(most - 6, 8), Stoppoint{StoppointType::hardware_breakpoint, Address{0x404000}, 4},
        Stoppoint{StoppointType::software_breakpoint, Address{0x404000}, 1}}) {
    INFO("address " << wrong.address.value << ", length " << wrong.kind);
    CHECK_FALSE(registers.insert(wrong));
    registers.remove(wrong);
    CHECK_FALSE(registers.any());
  }
  CHECK(registers.insert(write_watch(most, 1)));
  CHECK(registers.insert(write_watch(most - 7, 8)));
}

TEST_CASE("a stoppoint at address 0 is one") {
  DebugRegisters registers;
  CHECK(registers.insert(write_watch(0, 1)));
  CHECK(registers.any());
  CHECK(registers.control() == 0x10001);
}

TEST_CASE("DR6 names the slots that were hit, if they are ours") {
  DebugRegisters registers;
  CHECK(registers.insert(write_watch(0x404000, 4)));
  CHECK(registers.insert(breakpoint(0x401000)));
  CHECK(told(registers, 0xffff0ff1) == std::vector{write_watch(0x404000, 4)});
  CHECK(told(registers, 0xffff0ff2) == std::vector{breakpoint(0x401000)});
  CHECK(told(registers, 0xffff0ff3) == std::vector{write_watch(0x404000, 4), breakpoint(0x401000)});
  CHECK(told(registers, 0xffff4ff2) == std::vector{breakpoint(0x401000)});  // at the end of a step
  for (const std::uint64_t status : {0xffff0ff0, 0xffff0ff4, 0xffff4ff0}) CHECK(told(registers, status).empty());
}

TEST_CASE("registers are alike if a CPU cannot tell them apart") {
  DebugRegisters one, other;
  CHECK(one.alike(other));
  CHECK(one.insert(read_watch(0x404000, 4)));
  CHECK_FALSE(one.alike(other));
  CHECK(other.insert(access_watch(0x404000, 4)));
  CHECK(one.alike(other));
  CHECK(one.insert(breakpoint(0)));
  CHECK_FALSE(one.alike(other));
}

TEST_CASE("after clear there is nothing") {
  DebugRegisters registers;
  CHECK(registers.insert(write_watch(0x404000, 4)));
  registers.clear();
  CHECK_FALSE(registers.any());
  CHECK(registers.control() == 0);
}
