// Stacks that are no stacks: a process without a readable file, whose memory is what each test says. Without unwind
// tables frame pointers are followed.
#include "stub/inspect/unwinder.hpp"

#include "protocol/little_endian.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

namespace {

constexpr std::uint64_t code = 0x401000, stack = 0x7f0000, stack_size = 0x10000;
constexpr ThreadId thread{Pid{1}, Tid{1}};
// amd64's numbers of rbp, rsp and rip.
constexpr RegisterNumber rbp{6}, rsp{7}, rip{16};

struct Stack {
  Stack() { set(code + 0x10, stack + 0x100, stack + 0x80); }

  void set(std::uint64_t pc, std::uint64_t fp, std::uint64_t sp) {
    write(rip, pc);
    write(rbp, fp);
    write(rsp, sp);
  }
  void write(RegisterNumber reg, std::uint64_t value) {
    REQUIRE(target.write_register(thread, reg, to_little_endian(value, 8)));
  }
  void word(std::uint64_t address, std::uint64_t value) {
    const auto bytes = to_little_endian(value, 8);
    std::copy(bytes.begin(), bytes.end(), memory.begin() + static_cast<std::ptrdiff_t>(address - stack));
  }
  // A frame pointer and the address to return to.
  void frame(std::uint64_t at, std::uint64_t next, std::uint64_t pc) {
    word(at, next);
    word(at + 8, pc);
  }
  Backtrace unwound(std::size_t most = Unwinder::most_frames) {
    target.map(Address{stack}, memory);
    return Unwinder(target, host, Pid{1}).backtrace(thread, most).value();
  }

  FakeTarget target;
  FakeHost host;
  Bytes memory = Bytes(stack_size);
};

}  // namespace

TEST_CASE("frame pointers lead from caller to caller") {
  Stack s;
  s.frame(stack + 0x100, stack + 0x200, code + 0x20);
  s.frame(stack + 0x200, 0, code + 0x30);
  const auto found = s.unwound();
  REQUIRE(found.frames.size() == 3);
  CHECK(found.frames[0].pc == Address{code + 0x10});
  CHECK(found.frames[1].pc == Address{code + 0x20});
  CHECK(found.frames[2].pc == Address{code + 0x30});
  CHECK(found.end == BacktraceEnd::outermost);
}

TEST_CASE("a chain that bites its tail comes to an end") {
  Stack s;
  s.frame(stack + 0x100, stack + 0x200, code + 0x20);
  s.frame(stack + 0x200, stack + 0x100, code + 0x30);
  CHECK(s.unwound().frames.size() < 10);
  s.frame(stack + 0x100, stack + 0x100, code + 0x20);
  CHECK(s.unwound().frames.size() < 10);
}

TEST_CASE("a long chain is cut, which is said") {
  Stack s;
  for (std::uint64_t at = stack + 0x100; at + 0x20 < stack + stack_size; at += 0x10)
    s.frame(at, at + 0x10, code + 0x20);
  const auto found = s.unwound();
  CHECK(found.frames.size() == Unwinder::most_frames);
  CHECK(found.end == BacktraceEnd::limit);
  CHECK(s.unwound(3).frames.size() == 3);
}

TEST_CASE("a chain into nothing ends with the address") {
  Stack s;
  s.frame(stack + 0x100, 0xdead0000, code + 0x20);
  const auto found = s.unwound();
  REQUIRE(found.frames.size() == 2);
  CHECK(found.end == BacktraceEnd::unreadable);
  CHECK(found.unreadable.value >> 4U == 0xdead000);
}

TEST_CASE("a misaligned chain over the end of the mapping is endured") {
  Stack s;
  s.set(code, stack + stack_size - 3, stack);
  CHECK(s.unwound().frames.size() == 1);
  s.set(code, ~0ULL, ~0ULL);
  CHECK(s.unwound().frames.size() == 1);
  s.set(code, stack + 3, stack + 1);
  CHECK_FALSE(s.unwound().frames.empty());
}

TEST_CASE("a pc that is no code has its caller on top of the stack, or a word further") {
  Stack s;
  s.set(0, 0, stack + 0x80);
  s.word(stack + 0x80, code + 0x40);
  const auto found = s.unwound();
  REQUIRE(found.frames.size() == 2);
  CHECK(found.frames[0].pc == Address{0});
  CHECK(found.frames[1].pc == Address{code + 0x40});
  s.word(stack + 0x80, 17);
  s.word(stack + 0x88, code + 0x50);
  CHECK(s.unwound().frames.at(1).pc == Address{code + 0x50});
  s.word(stack + 0x88, 18);
  CHECK(s.unwound().frames.size() == 1);
}

TEST_CASE("a thread that runs has no backtrace") {
  FakeTarget target;
  FakeHost host;
  REQUIRE(target.resume(thread, {}));
  CHECK_FALSE(Unwinder(target, host, Pid{1}).backtrace(thread));
  CHECK_FALSE(Unwinder(target, host, Pid{9}).backtrace({Pid{9}, Tid{9}}));
}

TEST_CASE("files are closed, and devices not opened") {
  FakeTarget target;
  FakeHost host;
  host.add_file("/bin/prog", "no ELF");
  {
    Unwinder unwinder(target, host, Pid{1});
    CHECK(unwinder.modules().size() == 1);
    CHECK_FALSE(unwinder.find(Address{code}));
  }
  CHECK(host.open_count() == 0);
}
