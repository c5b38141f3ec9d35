// Programs for i386 on a 64-bit kernel.
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include <csignal>

#include "protocol/little_endian.hpp"
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

constexpr Permissions all{true, true, true};

std::uint64_t signal_word(Live& live, ThreadId thread, std::size_t offset) {
  return from_little_endian(ByteView(live.engine.signal_info(thread).value()).subspan(offset, 4));
}

}  // namespace

// kernel/ptrace.c, task_user_regset_view(): the thread's own words, not the tracer's.
TEST_CASE("the kernel shows a 64-bit tracer 17 words of 4 bytes of a 32-bit thread") {
  if (!has_i386_programs()) return;
  Live live;
  live.launch("breakpoints-i386");
  CHECK(live.engine.architecture(live.pid)->name == "i386");
  const auto thread = live.hear().thread;
  std::array<std::uint32_t, 64> words{};
  iovec vector{words.data(), sizeof words};
  REQUIRE(::ptrace(PTRACE_GETREGSET, number(thread.tid), NT_PRSTATUS, &vector) == 0);
  REQUIRE(vector.iov_len == 68);
  CHECK(live.get(thread, "ebx") == words[0]);
  CHECK(live.get(thread, "edi") == words[4]);
  CHECK(live.get(thread, "eax") == words[6]);
  CHECK(live.get(thread, "orig_eax") == words[11]);
  CHECK(live.get(thread, "eip") == words[12]);
  CHECK(live.get(thread, "cs") == words[13]);
  CHECK(live.get(thread, "eflags") == words[14]);
  CHECK(live.get(thread, "esp") == words[15]);
  CHECK(live.get(thread, "ss") == words[16]);
}

// The thread's own block begins with its address (glibc's sysdeps/i386/nptl/tls.h, tcbhead_t).
TEST_CASE("a 32-bit thread's own segment is found by its selector, and no other's is") {
  if (!has_i386_programs()) return;
  Live live;
  live.launch("breakpoints-i386");
  const auto thread = live.hear().thread;
  const auto base = live.engine.segment_base(thread, live.get(thread, "gs")).value();
  CHECK(live.load(base, 4) == base.value);
  CHECK_FALSE(live.engine.segment_base(thread, live.get(thread, "cs")));
  CHECK(live.engine.segment_base(thread, 0b111).error().text == "a segment of the local descriptor table");
}

TEST_CASE("an i386 program is stopped at breakpoints, stepped, and written to") {
  if (!has_i386_programs()) return;
  Live live;
  live.launch("breakpoints-i386");
  const auto [work, count, thread] = live.hear();
  live.insert(work);
  for (std::uint64_t pass = 0; pass < 3; ++pass) {
    REQUIRE(live.go() == "breakpoint");
    CHECK(live.pc(live.first()) == work);
    CHECK(live.load(count, 4) == pass);
    live.set(live.first(), "edx", Bytes{1, 2, 3, static_cast<std::uint8_t>(pass)});
    live.step_off(live.first());
    CHECK(live.get(live.first(), "edx") == (0x030201 | pass << 24));
  }
  CHECK(live.go() == "exited 7");
}

// -1 in orig_eax must keep the kernel from restarting the call, though it is no -1 in 64 bits.
TEST_CASE("a pc written while an i386 thread waits is where it goes on") {
  if (!has_i386_programs()) return;
  for (const std::string call : {"nanosleep", "poll", "read"}) {
    INFO(call);
    Live live;
    live.launch("waits-i386", {call});
    live.run_into_the_wait(live.hear().first);
    live.engine.hold(live.pid);
    const auto code = live.engine.allocate_memory(live.first(), 4096, all).value();
    // mov $1, %eax; mov $42, %ebx; int $0x80: exit(42)
    REQUIRE(live.engine.write_memory(live.pid, code, Bytes{0xb8, 1, 0, 0, 0, 0xbb, 42, 0, 0, 0, 0xcd, 0x80}));
    live.set(live.first(), "eip", to_little_endian(code.value, 4));
    auto end = live.go();
    while (end == "signal 17") end = live.go();
    CHECK(end == "exited 42");
  }
}

TEST_CASE("more memory than an i386 program can have is refused") {
  if (!has_i386_programs()) return;
  Live live;
  live.launch("exits_6-i386");
  for (const auto size : {std::uint64_t{0xfffff000}, std::uint64_t{0x100001000}, ~std::uint64_t{0}}) {
    const auto refused = live.engine.allocate_memory(live.first(), size, all);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::system);
    CHECK(refused.error().number == ENOMEM);
  }
  CHECK(live.go() == "exited 6");
}

TEST_CASE("a hardware watchpoint is hit by every thread of an i386 program that writes") {
  if (!has_i386_programs()) return;
  Live live;
  live.launch("watched-i386");
  const auto watched = live.hear().first;
  REQUIRE(live.engine.insert(live.pid, {StoppointType::write_watchpoint, watched, 4}));
  auto event = live.go_on();
  REQUIRE(told(event) == "watchpoint");
  CHECK(live.load(watched, 4) == 1);
  event = live.go_on();
  REQUIRE(told(event) == "watchpoint");
  CHECK(live.load(watched, 4) == 2);
  CHECK(event.thread != live.first());
  CHECK(live.go() == "exited 2");
}

TEST_CASE("the siginfo of an i386 program is as that program would see it") {
  if (!has_i386_programs()) return;
  Live live;
  live.launch("handles-i386");
  live.hear();
  const auto event = live.go_on();
  REQUIRE(told(event) == "signal 10");
  CHECK(live.engine.signal_info(event.thread).value().size() == 128);
  CHECK(signal_word(live, event.thread, 0) == SIGUSR1);
  CHECK(static_cast<std::int32_t>(signal_word(live, event.thread, 8)) == SI_TKILL);
  CHECK(signal_word(live, event.thread, 12) == static_cast<std::uint64_t>(number(live.pid)));
  CHECK(signal_word(live, event.thread, 16) == ::getuid());
}

TEST_CASE("an i386 process is attached to and let go unharmed") {
  if (!has_i386_programs()) return;
  Sleeper sleeper(Sleeper::Job::running, "sleeper-i386");
  {
    Live live;
    live.attach(sleeper.pid());
    CHECK(live.engine.architecture(live.pid)->name == "i386");
    CHECK(live.engine.threads(live.pid).size() == 3);
    live.insert(sleeper.work());
    const auto event = live.go_on();
    REQUIRE(told(event) == "breakpoint");
    CHECK(live.pc(event.thread) == sleeper.work());
    REQUIRE(live.engine.detach(live.pid));
  }
  const int status = sleeper.finish();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 3);
}

TEST_CASE("an exec from x86-64 to i386 and back changes registers and breakpoints with it") {
  if (!has_i386_programs()) return;
  for (const auto& [from, to, architecture] :
       {std::tuple{"becomes", "exits_6-i386", "i386"}, std::tuple{"becomes-i386", "exits_6", "amd64"}}) {
    INFO(from);
    Live live;
    live.launch(from, {to});
    const auto other = live.engine.architecture(live.pid)->name;
    REQUIRE(live.go() == "exec");
    CHECK(live.engine.architecture(live.pid)->name == architecture);
    CHECK(other != architecture);
    CHECK(live.engine.executable_path(live.pid) == program(to));
    const auto start = live.pc(live.first());
    CHECK(live.engine.allocate_memory(live.first(), 100, all));
    CHECK(live.pc(live.first()) == start);
    live.insert(start);
    CHECK(live.go() == "breakpoint");
    live.remove(start);
    REQUIRE(live.step(live.first()) == "step");
    CHECK(live.pc(live.first()) != start);
    CHECK(live.go() == "exited 6");
  }
}

TEST_CASE("a 64-bit program in 32-bit code is stopped, looked at and written to") {
  Live live;
  live.launch("narrow_code");
  const auto event = live.go_on();
  REQUIRE(told(event) == "own trap");
  CHECK(live.engine.architecture(live.pid)->name == "amd64");
  CHECK(live.get(event.thread, "cs") == 0x23);
  CHECK(live.pc(event.thread).value >> 32 == 0);
  CHECK(live.get(event.thread, "r15") == 0x1122334455667788);
  live.set(event.thread, "rbx", to_little_endian(7, 8));
  live.set(event.thread, "r15", to_little_endian(0x99aabbccddeeff00, 8));
  CHECK(live.go() == "exited 7");
}

// Its registers have a form that an i386 program's do not.
TEST_CASE("a 32-bit program in 64-bit code is stopped, and goes on") {
  if (!has_i386_programs()) return;
  Live live;
  live.launch("wide_code-i386");
  const auto event = live.go_on();
  REQUIRE(told(event) == "signal 5");
  CHECK_FALSE(live.engine.read_register(event.thread, live.engine.architecture(live.pid)->pc));
  CHECK_FALSE(live.engine.write_register(event.thread, RegisterNumber{0}, Bytes(4)));
  CHECK(live.go() == "exited 7");
}

}  // namespace stub
