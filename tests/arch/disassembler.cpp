#include "stub/arch/disassembler.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/xsave_layouts.hpp"

using namespace stub;
using namespace stub::test;

namespace {

std::vector<arch::Instruction> disassembled(const Bytes& code, std::size_t count) {
  static const auto amd64 = arch::make_amd64(sse_only);
  return arch::disassemble(amd64, code, Address{0x401000}, count).value();
}

}  // namespace

TEST_CASE("instructions have address, bytes and AT&T text") {
  const auto list = disassembled({0x55, 0x48, 0x89, 0xe5, 0xc3}, 10);
  REQUIRE(list.size() == 3);
  CHECK(list[0].address == Address{0x401000});
  CHECK(list[0].text == "pushq %rbp");
  CHECK(list[1].address == Address{0x401001});
  CHECK(list[1].bytes == Bytes{0x48, 0x89, 0xe5});
  CHECK(list[1].text == "movq %rsp, %rbp");
  CHECK(list[2].text == "retq");
}

TEST_CASE("a branch names its target by address") {
  CHECK(disassembled({0xe8, 0xfb, 0xff, 0xff, 0xff}, 1).at(0).text == "callq 0x401000");
}

TEST_CASE("no more instructions than asked for") {
  CHECK(disassembled(Bytes(100, 0x90), 7).size() == 7);
  CHECK(disassembled(Bytes(3, 0x90), 7).size() == 3);
  CHECK(disassembled({0x90}, 0).empty());
  CHECK(disassembled({}, 5).empty());
}

TEST_CASE("a byte that begins no instruction is one bad byte") {
  const auto list = disassembled({0x06, 0x90}, 10);
  REQUIRE(list.size() == 2);
  CHECK(list[0].text == "(bad)");
  CHECK(list[0].bytes == Bytes{0x06});
  CHECK(list[1].text == "nop");
}

TEST_CASE("an instruction that is cut off is bad bytes") {
  const auto list = disassembled({0xe8, 0x00}, 10);
  REQUIRE_FALSE(list.empty());
  CHECK(list[0].text == "(bad)");
}

TEST_CASE("i386 code is disassembled as such") {
  const auto i386 = arch::make_i386(sse_only);
  const Bytes code = {0x55, 0x89, 0xe5, 0x48, 0xa1, 0x00, 0x10, 0x40, 0x00, 0xc3};
  const auto list = arch::disassemble(i386, code, Address{0x8049000}, 10).value();
  std::vector<std::string> texts;
  for (const auto& insn : list) texts.push_back(insn.text);
  CHECK(texts == std::vector<std::string>{"pushl %ebp", "movl %esp, %ebp", "decl %eax", "movl 0x401000, %eax", "retl"});
}
