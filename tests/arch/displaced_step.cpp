#include "stub/arch/displaced_step.hpp"

#include <fstream>
#include <sstream>

#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "stub/arch/disassembler.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/xsave_layouts.hpp"

using namespace stub;
using namespace stub::test;

namespace {

constexpr Address here{0x401000}, there{0x7ffff7fc5e00};
constexpr Address narrow_there{0xf7fc5e00};

const arch::Architecture& amd64() {
  static const auto cpu = arch::make_amd64(sse_only);
  return cpu;
}
const arch::Architecture& i386() {
  static const auto cpu = arch::make_i386(sse_only);
  return cpu;
}

std::optional<arch::DisplacedStep> displaced(const std::string& digits) {
  return arch::displace(amd64(), bytes_from_hex(digits).value(), here, there);
}

std::string listing(const arch::Architecture& cpu, const arch::DisplacedStep& step, std::size_t count) {
  std::string out;
  const auto list = arch::disassemble(cpu, step.code, step.to, count).value();
  for (const auto& i : list) out += i.text + "\n";
  return out;
}

// "offset:pc" of each, and the change of the stack pointer where there is one.
std::string points(const arch::DisplacedStep& step) {
  std::ostringstream out;
  for (const auto& point : step.points) {
    out << point.offset << ':' << std::hex << point.pc.value << std::dec;
    if (point.stack != 0) out << "+" << point.stack;
    out << ' ';
  }
  return out.str();
}

std::string jump_to(std::uint64_t target) { return "ff2500000000" + hex_bytes(as_text(to_little_endian(target, 8))); }

// What the compiler has made of this program.
Bytes own_code(std::size_t size) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" r-xp ") == std::string::npos) continue;
    const auto begin = std::stoull(line, nullptr, 16);
    const auto end = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
    const auto* first = reinterpret_cast<const std::uint8_t*>(begin);
    return {first, first + std::min<std::size_t>(size, end - begin)};
  }
  return {};
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("an instruction that has nothing to do with its place is copied, and leads back") {
  const auto step = displaced("4889e5").value();  // movq %rsp, %rbp
  CHECK(hex_bytes(as_text(step.code)) == "4889e5" + jump_to(0x401003));
  CHECK(points(step) == "0:401000 3:401003 ");
  CHECK(step.can_run());
}

TEST_CASE("a jump goes where it goes from its place") {
  CHECK(hex_bytes(as_text(displaced("ebfe").value().code)) == jump_to(0x401000));
  CHECK(hex_bytes(as_text(displaced("e9fb0f0000").value().code)) == jump_to(0x402000));
}

TEST_CASE("a conditional branch chooses by the instruction itself") {
  const auto jump = displaced("0f84fa0f0000").value();  // je, to 0x402000
  CHECK(hex_bytes(as_text(jump.code)) == "740e" + jump_to(0x401006) + jump_to(0x402000));
  CHECK(points(jump) == "0:401000 2:401006 16:402000 ");
  CHECK(jump.can_run());
  const auto loop = displaced("e2fe").value();
  CHECK(hex_bytes(as_text(loop.code)) == "e20e" + jump_to(0x401002) + jump_to(0x401000));
  CHECK_FALSE(displaced("67e2fe").has_value());  // would count in ecx
}

TEST_CASE("a call pushes the address behind its own place") {
  const auto step = displaced("e8fb0f0000").value();
  CHECK(listing(amd64(), step, 2) == "pushq $0x401005\nmovl $0, 4(%rsp)\n");
  CHECK(points(step) == "0:401000 5:401000+8 13:402000 ");
  CHECK(step.can_run());
}

TEST_CASE("an indirect call has pushed what must be mended") {
  const auto step = displaced("ffd0").value();  // callq *%rax
  CHECK(step.pushed == Address{0x401002});
  CHECK_FALSE(step.can_run());
}

TEST_CASE("an operand named by the pc is named by a register that the instruction does not use") {
  const auto load = displaced("488b0534120000").value();  // movq 0x1234(%rip), %rax
  CHECK(listing(amd64(), load, 1) == "movq 0x1234(%rsi), %rax\n");
  CHECK(load.borrowed.value().reg == RegisterNumber{4});
  CHECK(load.borrowed.value().value == 0x401007);
  CHECK_FALSE(load.can_run());
  CHECK(listing(amd64(), displaced("488b3534120000").value(), 1) == "movq 0x1234(%rdi), %rsi\n");
  CHECK(listing(amd64(), displaced("4c8b3534120000").value(), 1) == "movq 0x1234(%rdi), %r14\n");
  // REX.B means nothing beside the pc: 0x49 is cleared to 0x48.
  CHECK(listing(amd64(), displaced("498b0534120000").value(), 1) == "movq 0x1234(%rsi), %rax\n");
  CHECK(listing(amd64(), displaced("c5f85805f4ffffff").value(), 1) == "vaddps -0xc(%rsi), %xmm0, %xmm0\n");
  CHECK(listing(amd64(), displaced("c4e2d3f735f4ffffff").value(), 1) == "shrxq %rbp, -0xc(%rdi), %rsi\n");
  CHECK_FALSE(displaced("678b0534120000").has_value());  // by the lower half of it
}

TEST_CASE("what goes into the kernel, or to another mode, is not copied") {
  for (const auto* code : {"0f05", "0f34", "cd80", "cc", "f1", "cf", "48cf", "cb", "ff2c24", "c7f800000000"}) {
    INFO(code);
    CHECK_FALSE(displaced(code).has_value());
  }
}

TEST_CASE("what does not decode, or is cut short, is not copied") {
  CHECK_FALSE(displaced("").has_value());
  CHECK_FALSE(displaced("06").has_value());
  CHECK_FALSE(displaced("e8fb0f").has_value());
  CHECK_FALSE(displaced("66e8fb0f0000").has_value());  // AMD and Intel differ
}

TEST_CASE("in 32 bits jumps reach everywhere, and calls push one word") {
  const auto narrow = [](const std::string& digits) {
    return arch::displace(i386(), bytes_from_hex(digits).value(), here, narrow_there).value();
  };
  const auto call = narrow("e8fb0f0000");
  CHECK(listing(i386(), call, 2) == "pushl $0x401005\njmp 0x402000\n");
  CHECK(points(call) == "0:401000 5:402000 ");
  CHECK(listing(i386(), narrow("7402"), 3) == "je 0xf7fc5e07\njmp 0x401002\njmp 0x401004\n");
  CHECK(listing(i386(), narrow("a134120000"), 2) == "movl 0x1234, %eax\njmp 0x401005\n");
}

TEST_CASE("every copy of this program's own instructions reads as the instruction does") {
  const auto code = own_code(400'000);
  const auto list = arch::disassemble(amd64(), code, here, 50'000).value();
  std::size_t copied = 0, borrowed = 0;
  for (const auto& i : list) {
    const auto step = arch::displace(amd64(), i.bytes, i.address, there);
    if (!step) continue;
    REQUIRE(step->code.size() <= arch::displaced_size);
    if (step->points.size() != 2 || step->points.back().offset != i.bytes.size()) continue;  // a branch
    ++copied;
    auto text = arch::disassemble(amd64(), step->code, step->to, 1).value().at(0).text;
    if (step->borrowed) {
      ++borrowed;
      const auto reg = number(step->borrowed->reg);
      replace(text, reg == 4 ? "(%rsi)" : reg == 5 ? "(%rdi)" : "(%rbx)", "(%rip)");
    }
    INFO(i.text);
    REQUIRE(text == i.text);
  }
  CHECK(copied > 10'000);
  CHECK(borrowed > 100);
}
