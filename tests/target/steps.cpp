// Single steps on the toy machine, alone and among threads that run.
#include "tests/target/toy.hpp"

namespace stub {

using namespace fake;

TEST_CASE("a step is one instruction") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), jump(3), nop(), write(cell(0), 1), exit_process(2)}}});
    for (const int next : {1, 3, 4}) {
      REQUIRE(toy.step(toy.first()) == "step");
      REQUIRE(toy.at(toy.first()) == next);
    }
    REQUIRE(toy.step(toy.first()) == "exited 2");
  });
}

TEST_CASE("a step over a system call ends behind it") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"forks", {fork(3), nop(), exit_process(2), exit_process(0)}}});
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.at(toy.first()) == 1);
    REQUIRE(toy.go() == "exited 2");
  });
}

TEST_CASE("a thread steps one instruction while all others run") {
  in_any_order([](std::uint32_t seed) {
    const Program busy{"busy", {clone(4), clone(4), trap(), exit_process(0), add(cell(0)), jump(4)}};
    Toy toy(seed, {busy});
    REQUIRE(toy.go() == "own trap 2");
    toy.set_at(toy.first(), 0);
    toy.insert(4);
    toy.remove(4);
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.at(toy.first()) == 1);
  });
}

TEST_CASE("a step that was cut short by a stop of another thread is not reported when all run again") {
  in_any_order([](std::uint32_t seed) {
    const Program pair{"pair",
                       {clone(5), wait_until(cell(0), 1), nop(), jump(2), nop(),  //
                        nop(), nop(), add(cell(0)), nop(), jump(8)}};
    Toy toy(seed, {pair});
    toy.insert(6);
    REQUIRE(toy.go() == "breakpoint 6");
    toy.remove(6);
    toy.insert(8);
    auto event = toy.go_on({{toy.first(), {.kind = ResumeRequest::Kind::step}}});
    REQUIRE(one_of(told(event), {"step", "breakpoint 8"}));
    toy.insert(2);
    for (int i = 0; i < 3; ++i) {
      event = toy.go_on();
      REQUIRE(one_of(told(event), {"breakpoint 2", "breakpoint 8"}));
      if (toy.at(event.thread) == (told(event) == "breakpoint 2" ? 2 : 8)) toy.step_off(event.thread);
    }
  });
}

TEST_CASE("a step whose thread comes to a breakpoint reports the breakpoint at its next resume only") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), exit_process(0)}}});
    toy.insert(1);
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.at(toy.first()) == 1);
    REQUIRE(toy.go() == "breakpoint 1");
  });
}

TEST_CASE("a step onto a written watchpoint reports the watchpoint") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {write(cell(0), 1), write(cell(1), 2), exit_process(0)}}});
    REQUIRE(toy.engine.insert(toy.pid, watchpoint(1)));
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.step(toy.first()) == "watchpoint 1");
    REQUIRE(toy.at(toy.first()) == 2);
    REQUIRE(toy.go() == "exited 0");
  });
}

}  // namespace stub
