// Stopping all threads of a process, whatever they are doing.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

const Program breeder{"breeder", {clone(2), jump(0), clone(4), exit_thread(), add(cell(0)), exit_thread()}};
const Program busy{"busy", {clone(3), clone(3), jump(3), add(cell(0)), jump(3)}};

void require_stillness(Toy& toy) {
  std::vector<std::uint64_t> before;
  for (const auto thread : toy.engine.threads(toy.pid)) {
    REQUIRE(toy.engine.stopped(thread));
    before.push_back(toy.pc(thread));
  }
  const auto count = toy.load(0);
  toy.machine.run(50);
  REQUIRE(toy.load(0) == count);
  std::vector<std::uint64_t> after;
  for (const auto thread : toy.engine.threads(toy.pid)) after.push_back(toy.pc(thread));
  REQUIRE(before == after);
}

void resume_all(Toy& toy) {
  for (const auto thread : toy.engine.threads(toy.pid)) static_cast<void>(toy.engine.resume(thread, {}));
}

}  // namespace

TEST_CASE("after a hold every thread is stopped and nothing moves") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {busy});
    for (int i = 0; i < 5; ++i) {
      resume_all(toy);
      toy.machine.run(static_cast<int>(seed % 40));
      toy.engine.hold(toy.pid);
      require_stillness(toy);
      REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
    }
  });
}

// A step or a breakpoint of the client's would begin in the middle of the instruction otherwise.
TEST_CASE("whoever looks at a held thread sees it before a breakpoint or past it, never in it") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {busy});
    for (std::uint32_t i = 0; i < 6; ++i) {
      toy.insert(3);
      resume_all(toy);
      toy.machine.run(static_cast<int>((seed + i) % 40));
      toy.engine.hold(toy.pid);
      if (seed % 3 != 0) toy.remove(3);
      for (const auto thread : toy.engine.threads(toy.pid)) {
        REQUIRE((toy.pc(thread) - code_base.value) % instruction_size == 0);
        REQUIRE(toy.engine.stopped(thread));
      }
      while (toy.engine.next_event(HeldBack::take)) {}
    }
    toy.engine.remove_all(toy.pid);
    const auto before = toy.load(0);
    resume_all(toy);
    for (int i = 0; i < 200; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    toy.machine.run(200);
    REQUIRE(toy.load(0) > before);
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
  });
}

TEST_CASE("a hold catches threads that are being born") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {breeder});
        for (int i = 0; i < 3; ++i) {
          resume_all(toy);
          toy.machine.run(static_cast<int>(seed % 15));
          toy.engine.poll();
          toy.engine.hold(toy.pid);
          require_stillness(toy);
        }
        REQUIRE(toy.engine.kill(toy.pid));
      },
      300);
}

TEST_CASE("holding what is held changes nothing") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {busy});
        resume_all(toy);
        toy.engine.hold(toy.pid);
        toy.engine.hold(toy.pid);
        require_stillness(toy);
      },
      200);
}

TEST_CASE("threads get on however often they are held") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"counters", {clone(3), add(cell(0)), jump(1), add(cell(1)), jump(3)}}});
        for (int i = 0; i < 200; ++i) {
          resume_all(toy);
          toy.machine.run(20 + static_cast<int>(seed % 7));
          toy.engine.poll();
          toy.engine.hold(toy.pid);
        }
        REQUIRE(toy.load(0) > 0);
        REQUIRE(toy.load(1) > 0);
      },
      100);
}

TEST_CASE("an interrupt that comes late makes no stop of its own") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"loop", {add(cell(0)), nop(), jump(0)}}});
    toy.insert(1);
    for (int i = 0; i < 5; ++i) {
      REQUIRE(toy.go() == "breakpoint 1");
      REQUIRE(toy.kernel.interrupt(leader(toy.pid)));  // of a stopped thread: it stays pending
      toy.step_off(toy.first());
    }
  });
}

TEST_CASE("a hold lets a signal that is on its way come later") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {busy});
    resume_all(toy);
    toy.machine.send(toy.pid, 10);
    toy.engine.hold(toy.pid);
    require_stillness(toy);
    resume_all(toy);
    const auto event = toy.next();
    REQUIRE(event);
    REQUIRE(told(*event) == "signal 10");
  });
}

TEST_CASE("a process that is killed in the middle of a hold is reported as killed") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {busy});
    resume_all(toy);
    toy.machine.run(30);
    toy.machine.after(1 + static_cast<int>(seed % 23), [&] { toy.machine.send(toy.pid, 9); });
    for (int i = 0; i < 4; ++i) {
      toy.engine.hold(toy.pid);
      for (const auto thread : toy.engine.threads(toy.pid)) static_cast<void>(toy.engine.read_register(thread, {}));
      resume_all(toy);
    }
    const auto event = toy.next();
    REQUIRE(event);
    REQUIRE(told(*event) == "killed 9");
    REQUIRE(toy.engine.processes().empty());
    REQUIRE_FALSE(toy.machine.alive(toy.pid));
  });
}

TEST_CASE("a process that is killed while all its threads are stopped tells it once") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {busy});
        resume_all(toy);
        toy.machine.run(static_cast<int>(seed % 30));
        toy.engine.hold(toy.pid);
        toy.machine.send(toy.pid, 9);
        const auto event = toy.next();
        REQUIRE(event);
        REQUIRE(told(*event) == "killed 9");
        REQUIRE_FALSE(toy.next());
      },
      300);
}

TEST_CASE("kill ends a process in whatever it is doing") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {breeder});
    resume_all(toy);
    toy.machine.run(static_cast<int>(seed % 50));
    if (seed % 2 == 0) toy.engine.hold(toy.pid);
    REQUIRE(toy.engine.kill(toy.pid));
    REQUIRE(toy.engine.processes().empty());
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
    REQUIRE_FALSE(toy.machine.alive(toy.pid));
  });
}

TEST_CASE("a thread blocked in a system call is held and goes on to block") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"waits", {pause(), exit_process(3)}, {signal(10)}}});
    for (int i = 0; i < 3; ++i) {
      resume_all(toy);
      toy.machine.run(10);
      toy.engine.hold(toy.pid);
      require_stillness(toy);
    }
    toy.engine.pass_signals(toy.pid, {signal(10)});
    toy.machine.send(toy.pid, 10);
    REQUIRE(toy.go() == "exited 3");
  });
}

TEST_CASE("a zombie leader is not waited for, and the last thread's end is the process's") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"headless", {clone(2), exit_thread(), nop(), nop(), add(cell(0)), exit_process(6)}}});
    toy.insert(3);
    toy.insert(4);
    REQUIRE(toy.go() == "breakpoint 3");
    ThreadId survivor{};
    for (const auto thread : toy.engine.threads(toy.pid))
      if (toy.engine.stopped(thread) && thread != toy.first()) survivor = thread;
    REQUIRE(survivor.pid == toy.pid);
    toy.step_off(survivor);
    REQUIRE(toy.go() == "breakpoint 4");
    toy.step_off(survivor);
    REQUIRE(toy.go() == "exited 6");
    REQUIRE(toy.engine.processes().empty());
  });
}

TEST_CASE("a leader's end is told once to who wants to hear of it, also where it ends before the others") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"headless", {clone(2), exit_thread(), add(cell(0)), jump(2)}}});
        toy.engine.set_interests(toy.first(), ThreadInterests{.exit = true});
        REQUIRE(toy.go() == "thread exited 0");
        toy.engine.hold(toy.pid);
        REQUIRE(toy.engine.threads(toy.pid).size() == 1);
        REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
      },
      300);
}

TEST_CASE("a leader that ends first is not listed any more after a hold") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"headless", {clone(2), exit_thread(), add(cell(0)), jump(2)}}});
        resume_all(toy);
        for (int i = 0; i < 50; ++i) {
          toy.machine.run(10);
          toy.engine.poll();
        }
        toy.engine.hold(toy.pid);
        REQUIRE(toy.engine.threads(toy.pid).size() == 1);
        require_stillness(toy);
        REQUIRE(toy.engine.read_memory(toy.pid, fake::cell(0), 8));
      },
      300);
}

}  // namespace stub
