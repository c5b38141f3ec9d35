#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;

namespace {

const ThreadSelector thread_1f{{}, {IdPattern::Kind::one, 0x1f}};

}  // namespace

TEST_CASE("p and P name a register by its number in hex") {
  CHECK(number(parsed<ReadRegister>("p10").number) == 16);
  const auto write = parsed<WriteRegister>("P3a=0011223344556677");
  CHECK(number(write.number) == 58);
  CHECK(write.value == Bytes{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77});
}

TEST_CASE("g and G are about all registers") {
  CHECK_FALSE(parsed<ReadRegisters>("g").thread);
  CHECK(parsed<WriteRegisters>("G0a0b").bytes == Bytes{0x0a, 0x0b});
}

TEST_CASE("lldb names the thread behind the packet, with and without the last semicolon") {
  CHECK(parsed<ReadRegister>("p10;thread:1f;").thread == thread_1f);
  CHECK(parsed<ReadRegister>("p10;thread:1f").thread == thread_1f);
  CHECK(parsed<ReadRegisters>("g;thread:1f;").thread == thread_1f);
  CHECK(parsed<WriteRegister>("P10=00;thread:1f;").thread == thread_1f);
  CHECK(parsed<WriteRegister>("P10=00;thread:1f;").value == Bytes{0});
  CHECK(parsed<WriteRegisters>("G0011;thread:1f;").thread == thread_1f);
  CHECK(parsed<SaveRegisters>("QSaveRegisterState;thread:1f;").thread == thread_1f);
  CHECK(parsed<RestoreRegisters>("QRestoreRegisterState:7;thread:1f;").thread == thread_1f);
}

TEST_CASE("without a thread the packet names none") {
  CHECK_FALSE(parsed<ReadRegister>("p10").thread);
  CHECK_FALSE(parsed<SaveRegisters>("QSaveRegisterState").thread);
  CHECK_FALSE(parsed<RestoreRegisters>("QRestoreRegisterState:7").thread);
}

TEST_CASE("the id of saved registers is decimal") {
  CHECK(parsed<RestoreRegisters>("QRestoreRegisterState:10").id == 10);
  CHECK(is_malformed("QRestoreRegisterState:1f"));
}

TEST_CASE("qRegisterInfo has its number glued on") {
  CHECK(number(parsed<QueryRegisterInfo>("qRegisterInfo0").number) == 0);
  CHECK(number(parsed<QueryRegisterInfo>("qRegisterInfo1f").number) == 31);
}
