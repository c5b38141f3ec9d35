#include "stub/arch/debug_registers_x86.hpp"

#include "tests/support/catch.hpp"

using namespace stub;
using stub::arch::DebugRegisters;

TEST_CASE("without watchpoints nothing is enabled") {
  const DebugRegisters registers;
  CHECK_FALSE(registers.any());
  CHECK(registers.control() == 0);
}

// Intel SDM vol. 3, figure 17-1: L0 is bit 0, R/W0 bits 16 and 17 (01: write), LEN0 bits 18 and 19.
TEST_CASE("DR7 holds enable, condition and length of each slot") {
  struct Row {
    std::uint64_t length, dr7;
  };
  const auto row = GENERATE(Row{1, 0x10001}, Row{2, 0x50001}, Row{4, 0xd0001}, Row{8, 0x90001});
  DebugRegisters registers;
  CHECK(registers.insert_write(Address{0x404000}, row.length));
  CHECK(registers.control() == row.dr7);
  CHECK(registers.address(0) == 0x404000);
}

TEST_CASE("four watchpoints take four slots") {
  DebugRegisters registers;
  for (std::uint64_t i = 0; i < 4; ++i) CHECK(registers.insert_write(Address{0x404000 + 8 * i}, 1));
  CHECK(registers.control() == 0x11110055);
  CHECK(registers.address(3) == 0x404018);
}

TEST_CASE("a fifth watchpoint is an error, until a slot is free") {
  DebugRegisters registers;
  for (std::uint64_t i = 0; i < 4; ++i) CHECK(registers.insert_write(Address{8 * i}, 8));
  const auto fifth = registers.insert_write(Address{64}, 8);
  REQUIRE_FALSE(fifth);
  CHECK(fifth.error().code == Errc::no_slot);
  CHECK(registers.remove_write(Address{8}, 8));
  CHECK(registers.insert_write(Address{64}, 8));
  CHECK(registers.address(1) == 64);
}

TEST_CASE("inserting twice takes one slot, and removing once frees it") {
  DebugRegisters registers;
  CHECK(registers.insert_write(Address{0x404000}, 4));
  CHECK(registers.insert_write(Address{0x404000}, 4));
  CHECK(registers.control() == 0xd0001);
  CHECK(registers.remove_write(Address{0x404000}, 4));
  CHECK_FALSE(registers.any());
  CHECK(registers.remove_write(Address{0x404000}, 4));
}

TEST_CASE("the same address with another length is another watchpoint") {
  DebugRegisters registers;
  CHECK(registers.insert_write(Address{0x404000}, 4));
  CHECK(registers.insert_write(Address{0x404000}, 2));
  CHECK(registers.remove_write(Address{0x404000}, 4));
  CHECK(registers.any());
  CHECK(registers.control() == 0x500004);
}

TEST_CASE("a watchpoint that the CPU cannot have is an error") {
  DebugRegisters registers;
  for (const std::uint64_t length : {0u, 3u, 5u, 16u}) CHECK_FALSE(registers.insert_write(Address{0x404000}, length));
  CHECK_FALSE(registers.insert_write(Address{0x404001}, 2));
  CHECK_FALSE(registers.insert_write(Address{0x404004}, 8));
  CHECK_FALSE(registers.remove_write(Address{0}, 0));
  CHECK_FALSE(registers.any());
}

TEST_CASE("a watchpoint at address 0 is a watchpoint") {
  DebugRegisters registers;
  CHECK(registers.insert_write(Address{0}, 1));
  CHECK(registers.any());
  CHECK(registers.control() == 0x10001);
}

TEST_CASE("DR6 names the slot that was hit, if it is one of ours") {
  DebugRegisters registers;
  CHECK(registers.insert_write(Address{0x404000}, 4));
  CHECK(registers.insert_write(Address{0x404008}, 4));
  CHECK(registers.hit(0xffff0ff1) == 0);
  CHECK(registers.hit(0xffff0ff2) == 1);
  CHECK_FALSE(registers.hit(0xffff0ff0));
  CHECK_FALSE(registers.hit(0xffff0ff4));
  CHECK_FALSE(registers.hit(0xffff4ff0));
}

TEST_CASE("after clear there is nothing") {
  DebugRegisters registers;
  CHECK(registers.insert_write(Address{0x404000}, 4));
  registers.clear();
  CHECK_FALSE(registers.any());
  CHECK(registers.control() == 0);
}
