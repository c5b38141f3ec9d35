// Attach and detach leave a process as it was: running or stopped, with its signals, without anything of ours.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

const Program workers{"workers", {clone(3), clone(3), jump(3), add(cell(0)), nop(), jump(3)}, {signal(10)}};
const Program stopped{"stopped", {clone(4), raise_process(19), add(cell(0)), exit_process(2), jump(4)}};

void require_untouched(Toy& toy) {
  REQUIRE_FALSE(toy.machine.any_traced());
  REQUIRE(toy.machine.breakpoints_left(toy.pid) == 0);
  REQUIRE(toy.engine.processes().empty());
  REQUIRE(toy.end_of(toy.pid) == "runs");
}

}  // namespace

TEST_CASE("attach finds all threads and stops them, also those being born") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{}, static_cast<int>(seed % 30));
    REQUIRE(toy.engine.origin(toy.pid) == Origin::attached);
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.stopped(thread));
    std::size_t alive = 0;
    for (const auto tid : toy.machine.tasks_of(toy.pid)) {
      const auto* task = toy.machine.find(tid);
      REQUIRE(task->traced);
      if (task->alive()) ++alive;
    }
    REQUIRE(toy.engine.threads(toy.pid).size() == alive);
  });
}

TEST_CASE("attach to a process that does not exist is refused") {
  Toy toy(1, {workers});
  CHECK_FALSE(toy.engine.attach(Pid{99}));
  CHECK(toy.engine.processes() == std::vector{toy.pid});
}

TEST_CASE("attach to a program for another machine is refused, and it runs on") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {workers});
        auto foreign = workers;
        foreign.name = "foreign";
        foreign.elf_machine = em_aarch64;
        toy.machine.add(foreign);
        const auto pid = toy.machine.start("foreign");
        toy.machine.run(20);
        REQUIRE_FALSE(toy.engine.attach(pid));
        const auto before = toy.machine.load(pid, cell(0));
        toy.machine.run(300);
        REQUIRE(toy.machine.load(pid, cell(0)) > before);
      },
      200);
}

TEST_CASE("detach leaves no breakpoint, no watchpoint and no thread stopped") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{});
    toy.insert(3);
    REQUIRE(toy.engine.insert(toy.pid, watchpoint(0)));
    const auto event = toy.go_on();
    REQUIRE(one_of(told(event), {"breakpoint 3", "watchpoint 0"}));
    REQUIRE(toy.engine.detach(toy.pid));
    const auto before = toy.load(0);
    require_untouched(toy);
    REQUIRE(toy.load(0) > before);
  });
}

TEST_CASE("detach while threads run leaves nothing behind, whatever they were about to tell") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{});
    toy.insert(4);
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
    toy.machine.run(static_cast<int>(seed % 50));
    if (seed % 2 == 0) toy.engine.poll();
    REQUIRE(toy.engine.detach(toy.pid));
    require_untouched(toy);
  });
}

TEST_CASE("detach in the middle of steps does not kill the program") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{});
    for (const auto thread : toy.engine.threads(toy.pid))
      REQUIRE(toy.engine.resume(thread, {.kind = ResumeRequest::Kind::step}));
    toy.machine.run(static_cast<int>(seed % 10));
    REQUIRE(toy.engine.detach(toy.pid));
    require_untouched(toy);
  });
}

TEST_CASE("detach delivers a signal that was told and not delivered yet") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{});
    toy.machine.send(toy.pid, 10);
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.engine.detach(toy.pid));
    require_untouched(toy);
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("detach delivers a signal that nobody has been told of") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{});
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
    toy.machine.send(toy.pid, 10);
    toy.machine.run(static_cast<int>(seed % 20));
    REQUIRE(toy.engine.detach(toy.pid));
    require_untouched(toy);
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("attach and detach leave a process that is stopped for job control as it is") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {stopped}, Toy::Attached{}, 300);
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.stopped(thread));
    REQUIRE(toy.engine.detach(toy.pid));
    toy.machine.run(300);
    REQUIRE(toy.load(0) == 0);
    toy.machine.send(toy.pid, 18);
    REQUIRE(toy.end_of(toy.pid) == "exited 2");
  });
}

TEST_CASE("a client's resume ends a group stop found at attach") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {stopped}, Toy::Attached{}, 300);
    REQUIRE(toy.go() == "exited 2");
  });
}

TEST_CASE("attach after detach finds the same process again") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {workers}, Toy::Attached{});
        const auto threads = toy.engine.threads(toy.pid).size();
        for (int i = 0; i < 3; ++i) {
          REQUIRE(toy.engine.detach(toy.pid));
          toy.machine.run(5);
          REQUIRE(toy.engine.attach(toy.pid));
          REQUIRE(toy.engine.threads(toy.pid).size() >= threads);
        }
        toy.insert(4);
        REQUIRE(toy.go() == "breakpoint 4");
      },
      300);
}

TEST_CASE("a process whose end nobody has been told can be killed or let go, and nobody will be told") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{});
    toy.machine.send(toy.pid, 9);
    toy.settle();
    REQUIRE(toy.engine.processes().empty());
    const auto end = [&] { return seed % 2 == 0 ? toy.engine.kill(toy.pid) : toy.engine.detach(toy.pid); };
    REQUIRE(end());
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
    REQUIRE_FALSE(end());
  });
}

TEST_CASE("a process killed during detach leaves nothing behind") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {workers}, Toy::Attached{});
    toy.insert(4);
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
    toy.machine.after(static_cast<int>(1 + seed % 25), [&] { toy.machine.send(toy.pid, 9); });
    static_cast<void>(toy.engine.detach(toy.pid));
    toy.settle();
    toy.machine.run(100);
    REQUIRE(toy.engine.processes().empty());
    REQUIRE_FALSE(toy.machine.alive(toy.pid));
  });
}

}  // namespace stub
