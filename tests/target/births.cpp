// New threads appear before or after they are announced.
#include "tests/target/toy.hpp"

namespace stub {

using namespace fake;

TEST_CASE("who appeared early is found when announced, once") {
  Births births;
  births.appeared(Tid{7});
  REQUIRE_FALSE(births.announced(Tid{8}));
  REQUIRE(births.announced(Tid{7}));
  REQUIRE_FALSE(births.announced(Tid{7}));
}

TEST_CASE("who died before the announcement is not waited for") {
  Births births;
  births.appeared(Tid{7});
  births.died(Tid{7});
  REQUIRE_FALSE(births.announced(Tid{7}));
  REQUIRE_FALSE(births.any());
}

TEST_CASE("those whom nobody will announce are handed over once, the others wait on") {
  Births births;
  for (const int tid : {9, 8, 7}) births.appeared(Tid{tid});
  const auto will_be = [](Tid tid) { return tid == Tid{8}; };
  REQUIRE(births.take_unless(will_be) == std::vector{Tid{7}, Tid{9}});
  REQUIRE(births.take_unless(will_be).empty());
  REQUIRE(births.announced(Tid{8}));
}

TEST_CASE("a child that appeared early is not let go because another process ends") {
  in_any_order([](std::uint32_t seed) {
    const Program parent{"parent", {fork(3), fork(3), exit_process(1), exit_process(5)}};
    Toy toy(seed, {parent});
    toy.engine.set_interests(toy.pid, {.forks = true, .vforks = true});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    std::multiset<std::string> ends;
    while (const auto event = toy.next()) {
      if (event->ends_process()) ends.insert(told(*event));
      const auto* fork = std::get_if<stop::Fork>(&event->what);
      if (fork == nullptr) continue;
      REQUIRE(toy.engine.resume(event->thread, {}));
      REQUIRE(toy.engine.resume(fork->child, {}));
    }
    REQUIRE(ends == std::multiset<std::string>{"exited 1", "exited 5", "exited 5"});
  });
}

TEST_CASE("threads that start threads all run to the end, in whatever order they are announced") {
  in_any_order([](std::uint32_t seed) {
    const Program tree{"tree",
                       {clone(5), clone(5), clone(5), wait_until(cell(0), 6), exit_process(3),  //
                        clone(8), add(cell(0)), exit_thread(), add(cell(0)), exit_thread()}};
    Toy toy(seed, {tree});
    REQUIRE(toy.go() == "exited 3");
    REQUIRE_FALSE(toy.machine.alive(toy.pid));
  });
}

TEST_CASE("every new thread is listed until it ends") {
  in_any_order([](std::uint32_t seed) {
    const Program pair{"pair",
                       {clone(3), wait_until(cell(0), 1), trap(),  //
                        add(cell(0)), wait_until(cell(1), 1), exit_thread()}};
    Toy toy(seed, {pair});
    REQUIRE(toy.go() == "own trap 2");
    REQUIRE(toy.engine.threads(toy.pid).size() == 2);
  });
}

TEST_CASE("a parent killed between a child's appearance and its announcement leaves no child behind a trace") {
  in_any_order([](std::uint32_t seed) {
    const Program parent{"parent", {fork(2), jump(1), nop(), exit_process(9)}};
    Toy toy(seed, {parent});
    toy.machine.after(static_cast<int>(seed % 12), [&] { toy.machine.send(toy.pid, 9); });
    REQUIRE(toy.go() == "killed 9");
    toy.machine.run(1000);
    toy.settle();
    toy.machine.run(1000);
    REQUIRE(toy.machine.processes().empty());
  });
}

}  // namespace stub
