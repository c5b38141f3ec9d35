// Exec by the leader and by another thread.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

const Program other{"other", {nop(), nop(), add(cell(0)), exit_process(6)}};
const Program by_leader{"by leader", {clone(3), nop(), exec("other"), add(cell(1)), jump(3)}};
const Program by_thread{"by thread", {clone(3), add(cell(1)), jump(1), clone(6), nop(), exec("other"), jump(6)}};

// Registers can be read and memory is the new program's.
void require_new_program(Toy& toy) {
  REQUIRE(toy.engine.threads(toy.pid) == std::vector{toy.first()});
  REQUIRE(toy.engine.stopped(toy.first()));
  REQUIRE(toy.at(toy.first()) == 0);
  REQUIRE(toy.engine.breakpoints(toy.pid).empty());
  REQUIRE(toy.machine.breakpoints_left(toy.pid) == 0);
  REQUIRE(toy.engine.executable_path(toy.pid) == "other");
  toy.insert(2);
  REQUIRE(toy.go() == "breakpoint 2");
  toy.remove(2);
  REQUIRE(toy.go() == "exited 6");
}

}  // namespace

TEST_CASE("an exec by the leader leaves one thread at the new program's first instruction, without breakpoints") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {by_leader, other});
    toy.insert(1);
    REQUIRE(toy.go() == "breakpoint 1");
    toy.step_off(toy.first());
    REQUIRE(toy.go() == "exec other");
    require_new_program(toy);
  });
}

TEST_CASE("where nobody looks, an exec costs no step, and the new program runs to its end") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {by_leader, other});
    toy.engine.set_interests(toy.pid, {.passing = true});
    int steps = 0;
    toy.kernel.trace = [&](const std::string& text) { steps += text.find("step") != std::string::npos ? 1 : 0; };
    REQUIRE(toy.go() == "exec other");
    REQUIRE(toy.go() == "exited 6");
    REQUIRE(steps == 0);
  });
}

TEST_CASE("an exec by another thread leaves the leader's number") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {by_thread, other});
    toy.insert(4);
    const auto event = toy.go_on();
    REQUIRE(told(event) == "breakpoint 4");
    REQUIRE(event.thread != toy.first());
    toy.step_off(event.thread);
    REQUIRE(toy.go() == "exec other");
    require_new_program(toy);
  });
}

TEST_CASE("an exec by another thread while the leader has ended already") {
  in_any_order([](std::uint32_t seed) {
    const Program headless{"headless", {clone(2), exit_thread(), nop(), nop(), exec("other")}};
    Toy toy(seed, {headless, other});
    REQUIRE(toy.go() == "exec other");
    require_new_program(toy);
  });
}

TEST_CASE("an exec in the middle of holds ends in one stopped thread") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {by_thread, other});
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
    for (int i = 0; i < 200; ++i) {
      toy.machine.run(static_cast<int>(seed % 5));
      toy.engine.poll();
      toy.engine.hold(toy.pid);
      for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.stopped(thread));
      if (auto event = toy.engine.next_event(HeldBack::take)) {
        REQUIRE(told(*event) == "exec other");
        return require_new_program(toy);
      }
      for (const auto thread : toy.engine.threads(toy.pid)) static_cast<void>(toy.engine.resume(thread, {}));
    }
    REQUIRE(false);
  });
}

TEST_CASE("watchpoints and hardware breakpoints end with the old program") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {by_leader, other});
    REQUIRE(toy.engine.insert(toy.pid, watchpoint(0)));
    REQUIRE(toy.engine.insert(toy.pid, hardware_breakpoint(5)));
    REQUIRE(toy.go() == "exec other");
    REQUIRE(toy.go() == "exited 6");
  });
}

TEST_CASE("a step over an exec ends at the new program") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"alone", {exec("other")}}, other});
    REQUIRE(toy.step(toy.first()) == "exec other");
    require_new_program(toy);
  });
}

TEST_CASE("a program for another machine is let go with a warning, and runs on") {
  in_any_order(
      [](std::uint32_t seed) {
        Program foreign = other;
        foreign.elf_machine = em_aarch64;
        Toy toy(seed, {by_leader, foreign});
        const auto event = toy.go_on();
        REQUIRE(event.ends_process());
        REQUIRE(toy.warnings.size() == 1);
        REQUIRE(toy.engine.processes().empty());
        REQUIRE(toy.end_of(toy.pid) == "exited 6");
      },
      200);
}

TEST_CASE("an exec between i386 and x86-64 changes the architecture, in either direction") {
  in_any_order([](std::uint32_t seed) {
    auto narrow = by_leader;
    narrow.name = "narrow";
    narrow.elf_machine = em_386, narrow.elf_class = 1;
    Toy toy(seed, {{"wide", {nop(), exec("narrow")}}, narrow, other});
    REQUIRE(toy.engine.architecture(toy.pid)->name == "amd64");
    REQUIRE(toy.go() == "exec narrow");
    REQUIRE(toy.engine.architecture(toy.pid)->name == "i386");
    REQUIRE(toy.engine.read_register(toy.first(), toy.engine.architecture(toy.pid)->pc)->size() == 4);
    REQUIRE(toy.at(toy.first()) == 0);
    toy.insert(1);
    REQUIRE(toy.go() == "breakpoint 1");
    REQUIRE(toy.at(toy.first()) == 1);
    toy.remove(1);
    toy.set_at(toy.first(), 2);
    REQUIRE(toy.go() == "exec other");
    REQUIRE(toy.engine.architecture(toy.pid)->name == "amd64");
    require_new_program(toy);
  });
}

TEST_CASE("registers saved before an exec to another architecture are gone") {
  Program narrow = other;
  narrow.name = "narrow";
  narrow.elf_machine = em_386, narrow.elf_class = 1;
  Toy toy(1, {{"wide", {nop(), exec("narrow")}}, narrow});
  const auto saved = toy.engine.save_registers(toy.first()).value();
  REQUIRE(toy.go() == "exec narrow");
  CHECK_FALSE(toy.engine.restore_registers(toy.first(), saved));
  CHECK(toy.go() == "exited 6");
}

TEST_CASE("an x32 program is let go with a warning that names it") {
  in_any_order(
      [](std::uint32_t seed) {
        Program x32 = other;
        x32.elf_class = 1;
        Toy toy(seed, {by_leader, x32});
        REQUIRE(toy.go_on().ends_process());
        REQUIRE(toy.warnings.size() == 1);
        REQUIRE(toy.warnings[0].find("runs a program for x32; only x86-64 and i386 are supported") !=
                std::string::npos);
        REQUIRE(toy.end_of(toy.pid) == "exited 6");
      },
      50);
}

TEST_CASE("a process killed during its exec is reported as killed") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {by_thread, other});
    toy.machine.after(static_cast<int>(1 + seed % 60), [&] { toy.machine.send(toy.pid, 9); });
    std::string last;
    for (int i = 0; i < 5 && last != "killed 9" && last != "exited 6"; ++i) {
      last = toy.go();
      REQUIRE(one_of(last, {"exec other", "killed 9", "exited 6"}));
    }
    REQUIRE(toy.engine.processes().empty());
    REQUIRE_FALSE(toy.machine.alive(toy.pid));
  });
}

}  // namespace stub
