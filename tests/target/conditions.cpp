// Conditions and commands of breakpoints on the toy machine: hits that nobody hears of, in every order.
#include "protocol/hex.hpp"
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

Bytes code(const std::string& digits) { return bytes_from_hex(digits).value(); }

// const64 address, ref64, const8 value, equal, end
Bytes cell_is(std::size_t n, std::uint8_t value) {
  return code("25" + hex(cell(n).value, 16) + "1a22" + hex(value, 2) + "1327");
}
Bytes never() { return code("220027"); }
// printf, of a text without directives
Bytes say(const std::string& text) {
  return code("2200220034" + std::string("00") + hex(text.size() + 1, 4) + hex_bytes(text) + "0027");
}

void insert_if(Toy& toy, std::size_t instruction, const Bytes& condition) {
  REQUIRE(toy.engine.insert(toy.pid, breakpoint(instruction), {.conditions = {condition}}));
}
void insert_saying(Toy& toy, std::size_t instruction, const std::string& text) {
  REQUIRE(toy.engine.insert(toy.pid, breakpoint(instruction), {.commands = {say(text)}}));
}
void resume_all(Toy& toy) {
  for (const auto thread : toy.engine.threads(toy.pid)) static_cast<void>(toy.engine.resume(thread, {}));
}

const Program loop{"loop", {nop(), add(cell(0)), jump(0)}};
// Four threads come to instructions 4 and 5, each once; then the leader ends the process.
const Program crowd{"crowd",
                    {clone(4), clone(4), clone(4), nop(),  //
                     nop(), add(cell(0)), wait_until(cell(0), 4), exit_process(0)}};
const Program two{"two", {clone(2), nop(), add(cell(0)), jump(2)}};

}  // namespace

TEST_CASE("a breakpoint with a condition stops where it is true and nowhere else") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {loop});
    insert_if(toy, 1, cell_is(0, 5));
    REQUIRE(toy.go() == "breakpoint 1");
    REQUIRE(toy.load(0) == 5);
    REQUIRE(toy.at(toy.first()) == 1);
    REQUIRE(toy.engine.breakpoints(toy.pid).at(0).hits == 6);
  });
}

TEST_CASE("a condition sees the registers as they are at the breakpoint") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {loop});
        insert_if(toy, 1, code("26001025" + hex(at(1).value, 16) + "1327"));  // rip is its address
        REQUIRE(toy.go() == "breakpoint 1");
        toy.remove(1);
        insert_if(toy, 2, code("26001025" + hex(at(2).value + 1, 16) + "1327"));  // and not behind it
        insert_if(toy, 0, cell_is(0, 3));
        REQUIRE(toy.go() == "breakpoint 0");
      },
      50);
}

TEST_CASE("a condition sees the program's code without breakpoints") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {loop});
        insert_if(toy, 1, code("25" + hex(at(1).value, 16) + "17220f1327"));  // the first byte there is 0x0f
        REQUIRE(toy.go() == "breakpoint 1");
      },
      10);
}

TEST_CASE("a condition that cannot be evaluated stops") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {loop});
        insert_if(toy, 1, code("22001a27"));
        REQUIRE(toy.go() == "breakpoint 1");
        insert_if(toy, 1, code("260fff27"));  // no such register
        REQUIRE(toy.go() == "breakpoint 1");
        insert_if(toy, 1, code("210000"));  // for ever
        REQUIRE(toy.go() == "breakpoint 1");
        REQUIRE(toy.load(0) == 0);
      },
      10);
}

TEST_CASE("expressions that are no good insert nothing and replace nothing") {
  Toy toy(1, {loop});
  REQUIRE_FALSE(toy.engine.insert(toy.pid, breakpoint(1), {.conditions = {code("00")}}));
  REQUIRE(toy.engine.breakpoints(toy.pid).empty());
  REQUIRE(toy.machine.breakpoints_left(toy.pid) == 0);
  insert_if(toy, 1, cell_is(0, 3));
  REQUIRE_FALSE(toy.engine.insert(toy.pid, breakpoint(1), {.commands = {code("2201")}}));
  REQUIRE(toy.go() == "breakpoint 1");
  REQUIRE(toy.load(0) == 3);
}

TEST_CASE("the newest condition counts") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {loop});
        insert_if(toy, 1, never());
        insert_if(toy, 1, cell_is(0, 2));
        REQUIRE(toy.go() == "breakpoint 1");
        REQUIRE(toy.load(0) == 2);
        insert_if(toy, 1, cell_is(0, 4));
        REQUIRE(toy.go() == "breakpoint 1");
        REQUIRE(toy.load(0) == 4);
        toy.insert(1);
        REQUIRE(toy.go() == "breakpoint 1");
        REQUIRE(toy.load(0) == 4);
      },
      50);
}

TEST_CASE("commands print and the program goes on") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"thrice", {add(cell(0)), jump(3), nop(), add(cell(0)), add(cell(0)), exit_process(4)}}});
    for (const std::size_t place : {0u, 3u, 4u}) insert_saying(toy, place, std::to_string(place) + "\\n");
    REQUIRE(toy.go() == "exited 4");
    REQUIRE(toy.printed == "0\n3\n4\n");
  });
}

TEST_CASE("several threads pass false conditions, and none passes a breakpoint unseen") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {crowd});
    insert_if(toy, 4, never());
    insert_saying(toy, 5, "x");
    REQUIRE(toy.go() == "exited 0");
    REQUIRE(toy.printed == "xxxx");
    REQUIRE(toy.warnings.empty());
  });
}

TEST_CASE("no thread stops for a false condition of another") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {crowd});
    if (!toy.machine.vdso_has_room) return;
    std::size_t interrupts = 0;
    toy.kernel.trace = [&](const std::string& what) {
      interrupts += what.find("<-") == std::string::npos && what.find("interrupt") != std::string::npos;
    };
    insert_if(toy, 4, never());
    insert_if(toy, 5, never());
    REQUIRE(toy.go() == "exited 0");
    REQUIRE(interrupts == 0);
  });
}

TEST_CASE("a true condition among several threads stops the one that it is true for") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"last",
                    {clone(5), clone(5), wait_until(cell(0), 2), add(cell(0)), exit_process(0),  //
                     add(cell(0)), exit_thread()}}});
    insert_if(toy, 5, cell_is(0, 2));
    insert_if(toy, 3, cell_is(0, 2));
    const auto event = toy.go_on();
    REQUIRE(told(event) == "breakpoint 3");
    REQUIRE(event.thread == toy.first());
    toy.remove(3);
    REQUIRE(toy.go() == "exited 0");
  });
}

TEST_CASE("threads that are born during a step over a breakpoint do not pass it unseen") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"family",
                    {clone(4), clone(4), clone(4), jump(7),      //
                     add(cell(0)), add(cell(1)), exit_thread(),  //
                     wait_until(cell(1), 3), nop(), exit_process(0)}}});
    insert_saying(toy, 4, "b");
    insert_if(toy, 1, never());
    insert_if(toy, 2, never());
    REQUIRE(toy.go() == "exited 0");
    REQUIRE(toy.printed == "bbb");
  });
}

TEST_CASE("a hold works however many hits nobody hears of, and finds each hit done or not begun") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {two});
    insert_saying(toy, 2, "x");
    for (int i = 0; i < 8; ++i) {
      resume_all(toy);
      for (std::uint32_t n = 0; n < seed % 23; ++n) toy.engine.wait(Kernel::Milliseconds(0));
      toy.engine.hold(toy.pid);
      for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.stopped(thread));
      REQUIRE(toy.printed.size() == toy.load(0));
      toy.machine.run(20);
      REQUIRE(toy.printed.size() == toy.load(0));
      REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
    }
    REQUIRE(toy.engine.kill(toy.pid));
  });
}

TEST_CASE("a client's step over a false condition is one step") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {loop});
        insert_if(toy, 1, never());
        REQUIRE(toy.step(toy.first()) == "step");
        REQUIRE(toy.at(toy.first()) == 1);
        REQUIRE(toy.step(toy.first()) == "step");
        REQUIRE(toy.at(toy.first()) == 2);
        REQUIRE(toy.load(0) == 1);
        REQUIRE(toy.step(toy.first()) == "step");
        REQUIRE(toy.at(toy.first()) == 0);
      },
      200);
}

TEST_CASE("signals come through in the midst of false conditions") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"handles", {nop(), add(cell(0)), nop(), jump(0)}, {signal(10)}}});
    insert_if(toy, 0, never());
    insert_if(toy, 1, never());
    insert_if(toy, 2, never());
    toy.machine.after(static_cast<int>(seed % 40), [&] { toy.machine.send(toy.pid, 10); });
    REQUIRE(toy.go() == "signal 10");
    toy.engine.pass_signals(toy.pid, {signal(10)});
    toy.machine.after(static_cast<int>(seed % 40), [&] { toy.machine.send(toy.pid, 10); });
    resume_all(toy);
    for (int i = 0; i < 50; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    toy.engine.hold(toy.pid);
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
    REQUIRE(toy.load(0) > 0);
  });
}

TEST_CASE("commands are run once a pass, whatever signals come between them and the step") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"row",
                    {add(cell(0)), add(cell(0)), add(cell(0)), add(cell(0)), add(cell(0)), exit_process(0)},
                    {signal(10), signal(12)}}});
    for (const std::size_t place : {0u, 1u, 2u, 3u, 4u}) insert_saying(toy, place, std::to_string(place));
    toy.engine.pass_signals(toy.pid, {signal(10)});
    for (int n = 0; n < 3; ++n)
      toy.machine.after(static_cast<int>((seed * (7 + static_cast<unsigned>(n))) % 40),
                        [&toy, n] { toy.machine.send(toy.pid, n == 0 ? 12 : 10); });
    std::string end = toy.go();
    if (end == "signal 12") end = toy.go(toy.first(), {.signal = signal(12)});
    REQUIRE(end == "exited 0");
    REQUIRE(toy.printed == "01234");
  });
}

TEST_CASE("a breakpoint with a condition is removed while others come to it") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {two});
    insert_if(toy, 2, never());
    resume_all(toy);
    for (std::uint32_t n = 0; n < seed % 17; ++n) toy.engine.wait(Kernel::Milliseconds(0));
    toy.engine.hold(toy.pid);
    toy.remove(2);
    REQUIRE(toy.machine.breakpoints_left(toy.pid) == 0);
    const auto before = toy.load(0);
    resume_all(toy);
    for (int n = 0; n < 10; ++n) {
      toy.machine.run(20);
      toy.engine.poll();
    }
    toy.engine.hold(toy.pid);
    REQUIRE(toy.load(0) > before);
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
  });
}

TEST_CASE("a process that dies or is killed among false conditions tells it once") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {two});
    insert_if(toy, 2, never());
    insert_if(toy, 3, never());
    toy.machine.after(1 + static_cast<int>(seed % 60), [&] { toy.machine.send(toy.pid, 9); });
    REQUIRE(toy.go() == "killed 9");
    REQUIRE(toy.engine.processes().empty());
    REQUIRE_FALSE(toy.next());
  });
}

TEST_CASE("a detach among false conditions leaves a program that runs to its end") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {crowd});
    insert_if(toy, 4, never());
    insert_if(toy, 5, never());
    resume_all(toy);
    for (std::uint32_t n = 0; n < seed % 19; ++n) toy.engine.wait(Kernel::Milliseconds(0));
    if (toy.engine.processes().empty()) return;
    if (!toy.engine.detach(toy.pid)) return;  // it has ended by itself meanwhile
    toy.settle();
    REQUIRE(toy.end_of(toy.pid) == "exited 0");
  });
}

TEST_CASE("the program's own trap under a false condition is the program's") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"own", {nop(), trap(), exit_process(1)}}});
        insert_if(toy, 1, never());
        REQUIRE(toy.go() == "own trap 1");
        REQUIRE(toy.pc(toy.first()) == fake::at(1).value + 1);
        toy.set_at(toy.first(), 2);
        REQUIRE(toy.go() == "exited 1");
      },
      50);
}

TEST_CASE("a system call that blocks under a false condition can be interrupted, and goes on") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"waits", {pause(), add(cell(0)), exit_process(3)}, {signal(10)}}});
    insert_if(toy, 0, never());
    insert_saying(toy, 1, "x");
    for (int i = 0; i < 3; ++i) {
      resume_all(toy);
      for (int n = 0; n < 5; ++n) toy.engine.wait(Kernel::Milliseconds(0));
      toy.engine.hold(toy.pid);
      REQUIRE(toy.engine.stopped(toy.first()));
      REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
    }
    toy.engine.pass_signals(toy.pid, {signal(10)});
    toy.machine.send(toy.pid, 10);
    REQUIRE(toy.go() == "exited 3");
    REQUIRE(toy.printed == "x");
  });
}

TEST_CASE("an attached program passes false conditions too") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {loop}, Toy::Attached{});
        const auto count = toy.load(0);
        insert_if(toy, 1, cell_is(0, static_cast<std::uint8_t>(count + 3)));
        REQUIRE(toy.go() == "breakpoint 1");
        REQUIRE(toy.load(0) == count + 3);
      },
      200);
}

TEST_CASE("a child in vfork passes the parent's conditions unseen") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"vforks", {vfork(3), add(cell(0)), exit_process(0), nop(), add(cell(1)), exit_process(1)}}});
    insert_saying(toy, 1, "parent");
    insert_saying(toy, 3, "child");
    insert_if(toy, 4, never());
    REQUIRE(toy.go() == "exited 0");
    REQUIRE(toy.printed == "parent");
  });
}

TEST_CASE("the engine knows of breakpoints that stay without a client") {
  Toy toy(1, {loop});
  CHECK_FALSE(toy.engine.has_persistent_breakpoints(toy.pid));
  insert_saying(toy, 1, "x");
  CHECK_FALSE(toy.engine.has_persistent_breakpoints(toy.pid));
  REQUIRE(
      toy.engine.insert(toy.pid, breakpoint(1), {.commands = {say("x")}, .persistence = Persistence::beyond_client}));
  CHECK(toy.engine.has_persistent_breakpoints(toy.pid));
  toy.insert(1);
  CHECK_FALSE(toy.engine.has_persistent_breakpoints(toy.pid));
}

}  // namespace stub
