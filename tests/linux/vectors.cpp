// Registers, as the kernel has them and as the program sees them.
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

bool has(Live& live, const std::string& name) {
  for (const auto& reg : live.engine.architecture(live.pid)->layout.registers)
    if (reg.name == name) return true;
  return false;
}

user_regs_struct kernel_registers(ThreadId thread) {
  user_regs_struct registers{};
  iovec vector{&registers, sizeof registers};
  REQUIRE(::ptrace(PTRACE_GETREGSET, number(thread.tid), NT_PRSTATUS, &vector) == 0);
  return registers;
}

}  // namespace

TEST_CASE("general registers are those that the kernel has") {
  Live live;
  live.launch("breakpoints");
  const auto thread = live.hear().thread;
  const auto registers = kernel_registers(thread);
  CHECK(live.get(thread, "rip") == registers.rip);
  CHECK(live.get(thread, "rsp") == registers.rsp);
  CHECK(live.get(thread, "rbp") == registers.rbp);
  CHECK(live.get(thread, "rdi") == registers.rdi);
  CHECK(live.get(thread, "r15") == registers.r15);
  CHECK(live.get(thread, "eflags") == (registers.eflags & 0xffffffff));
  CHECK(live.get(thread, "cs") == registers.cs);
  CHECK(live.get(thread, "ss") == registers.ss);
  CHECK(live.get(thread, "fs_base") == registers.fs_base);
  CHECK(live.get(thread, "orig_rax") == registers.orig_rax);
}

TEST_CASE("a written general register is the program's") {
  Live live;
  live.launch("breakpoints");
  const auto heard = live.hear();
  live.insert(heard.first);
  REQUIRE(live.go() == "breakpoint");
  live.set(live.first(), "r15", Bytes{1, 2, 3, 4, 5, 6, 7, 8});
  REQUIRE(live.step(live.first()) == "breakpoint");
  CHECK(kernel_registers(live.first()).r15 == 0x0807060504030201);
}

TEST_CASE("vector registers that are written are what the program computes with") {
  for (const auto& cpu : architectures()) {
    Live live;
    live.launch("vectors" + cpu);
    const auto event = live.go_on();
    REQUIRE(told(event) == "own trap");
    CHECK(live.get(event.thread, "xmm1") == 0xabababababababab);
    live.set(event.thread, "xmm1", Bytes(16, 0x11));
    if (has(live, "ymm2h")) {
      CHECK(live.get(event.thread, "ymm2h") == 0xabababababababab);
      live.set(event.thread, "xmm2", Bytes(16, 0x22));
      live.set(event.thread, "ymm2h", Bytes(16, 0x22));
    }
    if (has(live, "zmm3h")) {
      CHECK(live.get(event.thread, "zmm3h") == 0xabababababababab);
      live.set(event.thread, "xmm3", Bytes(16, 0x33));
      live.set(event.thread, "ymm3h", Bytes(16, 0x33));
      live.set(event.thread, "zmm3h", Bytes(32, 0x33));
    }
    CHECK(live.go() == "exited 0");
  }
}

TEST_CASE("every register can be read, written back and read again") {
  for (const auto& cpu : architectures()) {
    Live live;
    live.launch("vectors" + cpu);
    const auto event = live.go_on();
    const auto& registers = live.engine.architecture(live.pid)->layout.registers;
    for (std::uint32_t n = 0; n < registers.size(); ++n) {
      INFO(registers[n].name);
      const auto value = live.engine.read_register(event.thread, RegisterNumber{n});
      REQUIRE(value);
      REQUIRE(value->size() == registers[n].bits / 8);
      REQUIRE(live.engine.write_register(event.thread, RegisterNumber{n}, *value));
      CHECK(live.engine.read_register(event.thread, RegisterNumber{n}).value() == *value);
    }
    CHECK(live.step(event.thread) == "step");
  }
}

}  // namespace stub
