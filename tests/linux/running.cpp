// Programs launched, stopped and ended on Linux.
#include <csignal>

#include "tests/linux/live.hpp"
#include "tests/linux/temporary.hpp"
#include "tests/support/catch.hpp"

namespace stub {

TEST_CASE("a program whose file is gone is still to be had through the process") {
  const Temporary folder;
  const auto path = folder.of("gone");
  std::filesystem::copy_file(program("exits_6"), path);
  Live live;
  live.pid = live.engine.launch({.arguments = {path}}).value();
  CHECK(live.engine.executable_path(live.pid) == path);
  std::filesystem::remove(path);
  CHECK(live.engine.executable_path(live.pid) == "/proc/" + std::to_string(number(live.pid)) + "/exe");
}

TEST_CASE("a launched program stands before its first instruction, alone") {
  Live live;
  live.launch("exits_6");
  CHECK(live.engine.threads(live.pid) == std::vector{live.first()});
  CHECK(live.engine.stopped(live.first()));
  CHECK(live.engine.origin(live.pid) == Origin::launched);
  CHECK(live.engine.executable_path(live.pid) == program("exits_6"));
  CHECK(live.engine.thread_name(live.first()) == "exits_6");
  CHECK(live.go() == "exited 6");
  CHECK(live.engine.processes().empty());
}

TEST_CASE("a breakpoint is hit at every pass, and counts") {
  Live live;
  live.launch("breakpoints");
  const auto [work, count, thread] = live.hear();
  live.insert(work);
  for (std::uint64_t pass = 0; pass < 3; ++pass) {
    REQUIRE(live.go() == "breakpoint");
    CHECK(live.pc(live.first()) == work);
    CHECK(live.load(count) == pass);
    CHECK(live.engine.breakpoints(live.pid).at(0).hits == 1);
    live.step_off(live.first());
  }
  CHECK(live.go() == "exited 7");
}

TEST_CASE("a resume at a breakpoint traps again, and a removed one lets the program pass") {
  Live live;
  live.launch("breakpoints");
  const auto work = live.hear().first;
  live.insert(work);
  CHECK(live.go() == "breakpoint");
  CHECK(live.go() == "breakpoint");
  live.remove(work);
  CHECK(live.go() == "exited 7");
}

TEST_CASE("a step executes one instruction") {
  Live live;
  live.launch("breakpoints");
  const auto told_here = live.hear();
  for (int i = 0; i < 20; ++i) {
    const auto before = live.pc(live.first());
    REQUIRE(live.step(live.first()) == "step");
    const auto after = live.pc(live.first());
    CHECK(before != after);
    if (after == told_here.first) break;
  }
  CHECK(live.go() == "exited 7");
}

TEST_CASE("a program that a signal kills is told to be about to, and then to be") {
  Live live;
  live.launch("killed");
  const auto event = live.go_on();
  REQUIRE(told(event) == "signal 11");
  CHECK(live.engine.signal_info(event.thread).value()[0] == SIGSEGV);
  CHECK(live.go({{event.thread, {.signal = signal(SIGSEGV)}}}) == "killed 11");
}

TEST_CASE("SIGKILL ends a program at any stop") {
  for (int i = 0; i < 10; ++i) {
    Live live;
    live.launch("crowd");
    for (int stops = i % 4; stops > 0; --stops) REQUIRE(live.go() == "signal 10");
    REQUIRE(::kill(number(live.pid), SIGKILL) == 0);
    static_cast<void>(live.engine.read_register(live.first(), RegisterNumber{16}));
    live.engine.hold(live.pid);
    const auto end = live.next();
    REQUIRE(end);
    CHECK(told(*end) == "killed 9");
    CHECK(live.engine.processes().empty());
  }
}

TEST_CASE("kill ends a program with threads, running or stopped") {
  for (const bool stopped : {false, true}) {
    Live live;
    live.launch("crowd");
    for (int i = 0; i < 3; ++i) REQUIRE(live.go() == "signal 10");
    if (!stopped) live.resume_all();
    CHECK(live.engine.kill(live.pid));
    CHECK(live.engine.processes().empty());
  }
}

TEST_CASE("threads that come and go hit a breakpoint once each") {
  for (const auto& cpu : architectures()) {
    Live live;
    live.launch("threads" + cpu);
    const auto work = live.hear().first;
    live.insert(work);
    std::set<ThreadId> seen;
    for (int hit = 0; hit < 16; ++hit) {
      const auto event = live.go_on();
      REQUIRE(told(event) == "breakpoint");
      CHECK(live.pc(event.thread) == work);
      seen.insert(event.thread);
      live.step_off(event.thread);
    }
    CHECK(seen.size() == 16);
    CHECK(live.go() == "exited 16");
  }
}

TEST_CASE("threads that come and go run a breakpoint's commands once each, and pass false conditions") {
  Live live;
  live.launch("threads");
  const auto work = live.hear().first;
  const Bytes never = {0x22, 0x00, 0x27};                                                 // const8 0, end
  const Bytes say_x = {0x22, 0x00, 0x22, 0x00, 0x34, 0x00, 0x00, 0x02, 'x', 0x00, 0x27};  // printf("x")
  REQUIRE(live.engine.insert(live.pid, {StoppointType::software_breakpoint, work, 1}, {.commands = {say_x}}));
  Bytes instruction(1);
  live.kernel.read_memory(live.pid, work, instruction);
  REQUIRE(instruction == live.engine.architecture(live.pid)->breakpoint);
  CHECK(live.go() == "exited 16");
  CHECK(live.printed == std::string(16, 'x'));
  Live other;
  other.launch("threads");
  REQUIRE(other.engine.insert(other.pid, {StoppointType::software_breakpoint, other.hear().first, 1},
                              {.conditions = {never}}));
  CHECK(other.go() == "exited 16");
}

TEST_CASE("hits that wait are dropped with their breakpoint") {
  Live live;
  live.launch("threads");
  const auto work = live.hear().first;
  live.insert(work);
  REQUIRE(live.go() == "breakpoint");
  live.remove(work);
  CHECK(live.go() == "exited 16");
}

TEST_CASE("a hold stops all threads, and stops none for long") {
  Live live;
  live.launch("crowd");
  for (int i = 0; i < 3; ++i) REQUIRE(live.go() == "signal 10");
  for (int i = 0; i < 50; ++i) {
    live.resume_all();
    live.engine.hold(live.pid);
    for (const auto thread : live.engine.threads(live.pid)) REQUIRE(live.engine.stopped(thread));
  }
}

TEST_CASE("a hardware watchpoint is hit by every thread that writes") {
  Live live;
  live.launch("watched");
  const auto watched = live.hear().first;
  const Stoppoint watchpoint{StoppointType::write_watchpoint, watched, 8};
  const auto inserted = live.engine.insert(live.pid, watchpoint);
  REQUIRE(inserted);
  auto event = live.go_on();
  REQUIRE(told(event) == "watchpoint");
  CHECK(std::get<stop::Watchpoint>(event.what).hit == watched);
  CHECK(live.load(watched) == 1);
  event = live.go_on();
  REQUIRE(told(event) == "watchpoint");
  CHECK(live.load(watched) == 2);
  CHECK(event.thread != live.first());
  REQUIRE(live.engine.remove(live.pid, watchpoint));
  CHECK(live.go() == "exited 2");
}

TEST_CASE("a handler sees the signals that are passed on and no others") {
  Live live;
  live.launch("handles");
  live.hear();
  auto event = live.go_on();
  REQUIRE(told(event) == "signal 10");
  event = live.go_on({{event.thread, {.signal = signal(SIGUSR1)}}});
  REQUIRE(told(event) == "signal 10");
  CHECK(live.go() == "exited 1");
}

TEST_CASE("signals that are passed are not told") {
  Live live;
  live.launch("handles");
  live.engine.pass_signals(live.pid, {signal(SIGUSR1)});
  live.hear();
  CHECK(live.go() == "exited 2");
}

TEST_CASE("a signal given along where none was told is delivered, unseen") {
  Live live;
  live.launch("handles");
  live.hear();
  live.engine.pass_signals(live.pid, {});
  auto event = live.go_on({{live.first(), {.signal = signal(SIGUSR1)}}});
  for (int i = 0; i < 2; ++i) {
    REQUIRE(told(event) == "signal 10");
    event = live.go_on({{event.thread, {.signal = signal(SIGUSR1)}}});
  }
  CHECK(told(event) == "exited 3");
}

TEST_CASE("a step with a signal ends at the first instruction of its handler") {
  Live live;
  live.launch("handles");
  const auto handler = live.hear().first;
  const auto event = live.go_on();
  REQUIRE(told(event) == "signal 10");
  CHECK(live.go({{event.thread, {ResumeRequest::Kind::step, signal(SIGUSR1)}}}) == "step");
  CHECK(live.pc(event.thread) == handler);
}

TEST_CASE("after the leader has ended the other threads are debugged as before") {
  Live live;
  live.launch("zombie_leader", {"tell"});
  const auto event = live.go_on();
  REQUIRE(told(event) == "signal 10");
  for (int i = 0; i < 3000 && !live.kernel.is_zombie(live.first()); ++i)
    live.engine.resume(live.first(), {}) ? void() : void(live.engine.wait(Kernel::Milliseconds(1)));
  REQUIRE(live.kernel.is_zombie(live.first()));
  const auto left = live.engine.threads(live.pid);
  CHECK(std::ranges::find(left, live.first()) == left.end());
  live.engine.hold(live.pid);
  CHECK(live.engine.threads(live.pid) == std::vector{event.thread});
  const auto heard = live.hear();
  CHECK(heard.thread == event.thread);
  CHECK(live.load(heard.first) == 0x1122334455667788);
  CHECK(live.engine.write_memory(live.pid, heard.first, Bytes{1}));
  CHECK(live.engine.memory_map(live.pid).value_or(std::vector<MemoryRegion>{}).size() > 3);
  CHECK(live.go() == "exited 6");
}

}  // namespace stub
