// Breakpoints on the toy machine: hit by one thread or by many, removed in between, met by steps and jumps.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

// Three threads and the leader come to instruction 4, each once; then the leader ends the process.
const Program crowd{"crowd",
                    {clone(4), clone(4), clone(4), nop(),  //
                     nop(), add(cell(0)), wait_until(cell(0), 4), exit_process(0)}};

}  // namespace

TEST_CASE("a launched program stands at its first instruction") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), exit_process(4)}}});
    REQUIRE(toy.at(toy.first()) == 0);
    REQUIRE(toy.engine.stopped(toy.first()));
    REQUIRE(toy.engine.origin(toy.pid) == Origin::launched);
    REQUIRE(toy.go() == "exited 4");
    REQUIRE(toy.engine.processes().empty());
  });
}

TEST_CASE("a breakpoint stops its thread in front of the instruction") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), write(cell(0), 5), exit_process(4)}}});
    toy.insert(2);
    REQUIRE(toy.go() == "breakpoint 2");
    REQUIRE(toy.at(toy.first()) == 2);
    REQUIRE(toy.load(0) == 0);
    toy.remove(2);
    REQUIRE(toy.go() == "exited 4");
  });
}

TEST_CASE("a client's own resume at a breakpoint's address traps again") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), exit_process(4)}}});
    toy.insert(1);
    REQUIRE(toy.go() == "breakpoint 1");
    REQUIRE(toy.go() == "breakpoint 1");
    REQUIRE(toy.step(toy.first()) == "breakpoint 1");
  });
}

TEST_CASE("several threads at one breakpoint are reported one after the other, each once") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {crowd});
    toy.insert(4);
    std::set<ThreadId> seen;
    for (int i = 0; i < 4; ++i) {
      const auto event = toy.go_on();
      REQUIRE(told(event) == "breakpoint 4");
      REQUIRE(toy.at(event.thread) == 4);
      REQUIRE(seen.insert(event.thread).second);
      toy.step_off(event.thread);
    }
    REQUIRE(toy.go() == "exited 0");
  });
}

TEST_CASE("events that wait for a breakpoint that is gone are dropped, and their threads run on in its place") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {crowd});
    toy.insert(4);
    REQUIRE(toy.go() == "breakpoint 4");
    toy.remove(4);
    REQUIRE(toy.go() == "exited 0");
  });
}

TEST_CASE("an event that waits is dropped when its thread's pc has been moved") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {crowd});
    toy.insert(4);
    toy.insert(5);
    const auto first = toy.go_on();
    for (const auto thread : toy.engine.threads(toy.pid))
      if (toy.at(thread) == 4) toy.set_at(thread, 5);
    toy.engine.remove_all(toy.pid);
    for (std::string end; end != "exited 0"; end = toy.go()) REQUIRE((end.empty() || end == "breakpoint 4"));
    REQUIRE(told(first) == "breakpoint 4");
  });
}

TEST_CASE("held-back events can be taken at once") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {crowd});
    toy.insert(4);
    std::size_t hits = 1;
    REQUIRE(toy.go() == "breakpoint 4");
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::leave));
    while (const auto event = toy.engine.next_event(HeldBack::take)) {
      REQUIRE(told(*event) == "breakpoint 4");
      ++hits;
    }
    std::size_t there = 0;
    for (const auto thread : toy.engine.threads(toy.pid))
      if (toy.at(thread) == 4) ++there;
    REQUIRE(hits <= there);
    toy.remove(4);
    REQUIRE(toy.go() == "exited 0");
  });
}

TEST_CASE("the program's own trap is reported behind it, and the program goes on") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"own", {nop(), trap(), exit_process(1)}}});
    REQUIRE(toy.go() == "own trap 1");
    REQUIRE(toy.pc(toy.first()) == fake::at(1).value + 1);
    toy.set_at(toy.first(), 2);
    REQUIRE(toy.go() == "exited 1");
  });
}

TEST_CASE("a breakpoint on the program's own trap is ours while it is inserted") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"own", {nop(), trap(), exit_process(1)}}});
    toy.insert(1);
    REQUIRE(toy.go() == "breakpoint 1");
    toy.remove(1);
    REQUIRE(toy.go() == "own trap 1");
  });
}

TEST_CASE("inserting and removing twice is as once") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"plain", {nop(), nop(), exit_process(4)}}});
        toy.insert(1);
        toy.insert(1);
        toy.remove(1);
        REQUIRE(toy.machine.breakpoints_left(toy.pid) == 0);
        toy.remove(1);
        REQUIRE(toy.engine.breakpoints(toy.pid).empty());
        REQUIRE(toy.go() == "exited 4");
      },
      10);
}

TEST_CASE("a breakpoint of a wrong size or where no memory is is refused") {
  Toy toy(1, {{"plain", {nop(), exit_process(0)}}});
  REQUIRE_FALSE(toy.engine.insert(toy.pid, {StoppointType::software_breakpoint, fake::at(0), 4}));
  REQUIRE_FALSE(toy.engine.insert(toy.pid, {StoppointType::software_breakpoint, {0x10}, 1}));
  REQUIRE_FALSE(toy.engine.insert(Pid{1}, breakpoint(0)));
  REQUIRE(toy.engine.breakpoints(toy.pid).empty());
}

TEST_CASE("hits are counted while a breakpoint stays") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"loop", {nop(), add(cell(0)), jump(0)}}});
        toy.insert(1);
        for (std::uint64_t pass = 1; pass <= 5; ++pass) {
          REQUIRE(toy.go() == "breakpoint 1");
          REQUIRE(toy.engine.breakpoints(toy.pid).at(0).hits == pass);
          toy.set_at(toy.first(), 0);
        }
      },
      50);
}

TEST_CASE("a loop over a breakpoint stops at every pass") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"loop", {nop(), add(cell(0)), jump(0)}}});
        toy.insert(1);
        for (std::uint64_t pass = 0; pass < 5; ++pass) {
          REQUIRE(toy.go() == "breakpoint 1");
          REQUIRE(toy.load(0) == pass);
          toy.step_off(toy.first());
        }
        REQUIRE(toy.engine.kill(toy.pid));
        REQUIRE_FALSE(toy.machine.alive(toy.pid));
      },
      200);
}

}  // namespace stub
