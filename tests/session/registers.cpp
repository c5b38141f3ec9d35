// Registers: one, all, saved and restored. rax is 0, rip 16, eflags 17 (32 bits).
#include <algorithm>

#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"
#include "tests/support/xsave_layouts.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("p reads and P writes a register in the debuggee's byte order") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > p10
    < 0010400000000000
    > P0=efbeadde00000000
    < OK
    * write 1.1 register 0 efbeadde00000000
    > p0
    < efbeadde00000000
  )") == as_written);
  CHECK(talk.target.register_value({Pid{1}, Tid{1}}, 0) == 0xdeadbeef);
}

TEST_CASE("a register that is not there, or a value of another size, is an error") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > pffff
    < E15
    > pffffffff
    < E15
    > Pffff=00
    < E15
    > P0=00
    < E03
    > P0=
    < E03
    > P11=0000000000000000
    < E03
  )") == as_written);
}

TEST_CASE("g reads all registers in the order of their numbers") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("P0=1111111111111111") == "OK");
  CHECK(talk.ask("P3b=2222222222222222") == "OK");
  const auto all = talk.ask("g");
  CHECK(all.size() == 2 * 560);
  CHECK(all.substr(0, 16) == "1111111111111111");
  CHECK(all.substr(2 * 128, 16) == "0010400000000000");
  CHECK(all.substr(2 * 552, 16) == "2222222222222222");
}

TEST_CASE("what G writes is what g reads") {
  Conversation talk(gdb_16);
  std::string all;
  for (int i = 0; i < 560; ++i) all += "0123456789abcdef"[i % 16], all += "0123456789abcdef"[i / 16 % 16];
  CHECK(talk.ask("G" + all) == "OK");
  CHECK(talk.ask("g") == all);
}

TEST_CASE("a gdb that reads no description has the registers that it assumes without one") {
  const auto avx = arch::make_amd64(avx2_cpu);
  for (const bool reads : {false, true}) {
    Conversation talk(reads ? gdb_16 : "qSupported:multiprocess+;qRelocInsn+");
    talk.target.become(avx);
    const auto all = talk.ask("g");
    CHECK(all.size() == 2 * (reads ? avx.layout.size : 560));
    CHECK(talk.ask("G" + all) == "OK");
    CHECK(talk.ask("G" + all + "00").starts_with("E"));
  }
}

TEST_CASE("G with another size is an error and writes nothing") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("G00") == "E.G wants 560 bytes of registers");
  CHECK(talk.ask("G" + std::string(2 * 561, '0')) == "E.G wants 560 bytes of registers");
  CHECK(talk.target.take_journal().empty());
}

TEST_CASE("registers are saved, and restored once") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > QSaveRegisterState;thread:1;
    < 1
    > P0=ff00000000000000;thread:1;
    < OK
    > QRestoreRegisterState:1;thread:1;
    < OK
    * restore 1.1 from 1
    > p0;thread:1;
    < 0000000000000000
    > QRestoreRegisterState:1;thread:1;
    < E15
  )") == as_written);
}

TEST_CASE("qRegisterInfo describes each register, and the list has an end") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("qRegisterInfo0") ==
        "name:rax;bitsize:64;offset:0;encoding:uint;format:hex;set:General Purpose Registers;ehframe:0;dwarf:0;");
  CHECK(talk.ask("qRegisterInfo10").contains("name:rip;bitsize:64;offset:128;"));
  CHECK(talk.ask("qRegisterInfo10").ends_with("generic:pc;"));
  for (int n = 0; n < 60; ++n) {
    constexpr auto digits = "0123456789abcdef";
    CHECK(talk.ask(std::string("qRegisterInfo") + digits[n / 16] + digits[n % 16]).starts_with("name:"));
  }
  CHECK(talk.ask("qRegisterInfo3c") ==
        "name:eax;bitsize:32;offset:0;encoding:uint;format:hex;set:General Purpose Registers;container-regs:0;"
        "invalidate-regs:0,3c,3d,3e,3f;");
  const auto count = 60 + talk.target.architecture(Pid{1})->layout.derived.size();
  CHECK(talk.ask("qRegisterInfo" + hex(count - 1)).starts_with("name:fdp;"));
  CHECK(talk.ask("qRegisterInfo" + hex(count)) == "E45");
}

TEST_CASE("lldb reads and writes a part of a register, and one that is made of several") {
  const auto avx = arch::make_amd64(avx2_cpu);
  const auto number_of = [&](std::string_view name) {
    const auto& all = avx.layout.derived;
    const auto row = std::ranges::find_if(all, [&](const DerivedRegister& d) { return d.row.name == name; });
    return hex(avx.layout.registers.size() + static_cast<std::size_t>(row - all.begin()));
  };
  for (const auto client : {std::string_view(lldb_19), std::string_view("QThreadSuffixSupported")}) {
    Conversation talk(client);
    talk.target.become(avx);
    CHECK(talk.ask("P0=0102030405060708") == "OK");
    CHECK(talk.ask("p" + number_of("eax")) == "01020304");
    CHECK(talk.ask("p" + number_of("ah")) == "02");
    CHECK(talk.ask("P" + number_of("ah") + "=ff") == "OK");
    CHECK(talk.ask("p0") == "01ff030405060708");
    CHECK(talk.ask("P" + number_of("ah") + "=ffff") == "E03");
    const std::string low(32, '1'), high(32, '2');
    CHECK(talk.ask("P" + number_of("ymm3") + "=" + low + high) == "OK");
    CHECK(talk.ask("p" + number_of("ymm3")) == low + high);
    CHECK(talk.ask("P" + number_of("ymm3") + "=" + low) == "E03");
  }
}

TEST_CASE("gdb has none of them: it derives them itself, under numbers of its own") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("p3c").starts_with("E"));
  CHECK(talk.ask("P3c=00000000").starts_with("E"));
  CHECK_FALSE(talk.ask("qXfer:features:read:target.xml:0,1ffff").contains("\"eax\""));
}

// The suite compares them; the numbers of the XML must be those of qRegisterInfo.
TEST_CASE("lldb's target description has the registers of qRegisterInfo, in order") {
  Conversation talk(lldb_19);
  const auto xml = talk.ask("qXfer:features:read:target.xml:0,1ffff");
  std::size_t at = 0;
  for (int n = 0; n < 60; ++n) {
    constexpr auto digits = "0123456789abcdef";
    const auto info = talk.ask(std::string("qRegisterInfo") + digits[n / 16] + digits[n % 16]);
    const auto name = info.substr(5, info.find(';') - 5);
    const auto offset =
        info.substr(info.find("offset:") + 7, info.find(';', info.find("offset:")) - info.find("offset:") - 7);
    at = xml.find("<reg name=\"" + name + "\"", at);
    REQUIRE(at != std::string::npos);
    const auto element = xml.substr(at, xml.find("/>", at) - at);
    CAPTURE(element, info);
    CHECK(element.contains("regnum=\"" + std::to_string(n) + "\""));
    CHECK(element.contains("offset=\"" + offset + "\""));
  }
}
