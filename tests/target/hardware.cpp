// Hardware breakpoints and watchpoints: what debug registers report, in all threads and in whatever order.
#include "protocol/hex.hpp"
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

// A clone's two threads add to cells of their own, and end.
const Program two_writers{"two writers",
                          {clone(4), add(cell(0)), wait_until(cell(9), 1), exit_process(3),  //
                           add(cell(1)), write(cell(9), 1), exit_thread()}};

void insert(Toy& toy, const Stoppoint& stoppoint) { REQUIRE(toy.engine.insert(toy.pid, stoppoint)); }
void remove(Toy& toy, const Stoppoint& stoppoint) { REQUIRE(toy.engine.remove(toy.pid, stoppoint)); }

// What is told until the end, the end included.
std::vector<std::string> all_told(Toy& toy) {
  std::vector<std::string> out;
  do out.push_back(toy.go());
  while (!out.back().starts_with("exited") && out.size() < 20);
  return out;
}

}  // namespace

TEST_CASE("a hardware breakpoint stops before its instruction, every time, and leaves memory alone") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"loop", {nop(), add(cell(0)), jump(1)}}});
    insert(toy, hardware_breakpoint(1));
    REQUIRE(toy.machine.breakpoints_left(toy.pid) == 0);
    for (std::uint64_t turn = 0; turn < 4; ++turn) {
      REQUIRE(toy.go() == "hardware breakpoint 1");
      REQUIRE(toy.at(toy.first()) == 1);
      REQUIRE(toy.load(0) == turn);
    }
  });
}

TEST_CASE("a hardware breakpoint with a condition stops where that is true and nowhere else") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"loop", {nop(), add(cell(0)), jump(1)}}});
    // const64 address, ref64, const8 3, equal, end
    const auto third = bytes_from_hex("25" + hex(cell(0).value, 16) + "1a22031327").value();
    REQUIRE(toy.engine.insert(toy.pid, hardware_breakpoint(1), {.conditions = {third}}));
    REQUIRE(toy.go() == "hardware breakpoint 1");
    REQUIRE(toy.load(0) == 3);
    insert(toy, hardware_breakpoint(1));
    REQUIRE(toy.go() == "hardware breakpoint 1");
    REQUIRE(toy.load(0) == 4);
  });
}

TEST_CASE("a step from a hardware breakpoint is one instruction, a step onto one reports it at the next resume") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), nop(), exit_process(2)}}});
    insert(toy, hardware_breakpoint(1));
    insert(toy, hardware_breakpoint(2));
    REQUIRE(toy.go() == "hardware breakpoint 1");
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.at(toy.first()) == 2);
    REQUIRE(toy.go() == "hardware breakpoint 2");
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.go() == "exited 2");
  });
}

TEST_CASE("a thread that is sent to another hardware breakpoint stops there") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), nop(), exit_process(2)}}});
    insert(toy, hardware_breakpoint(1));
    insert(toy, hardware_breakpoint(3));
    REQUIRE(toy.go() == "hardware breakpoint 1");
    toy.set_at(toy.first(), 3);
    REQUIRE(toy.go() == "hardware breakpoint 3");
  });
}

TEST_CASE("of a hardware and a software breakpoint at one address the hardware one comes first") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), exit_process(2)}}});
    insert(toy, hardware_breakpoint(1));
    toy.insert(1);
    REQUIRE(toy.go() == "hardware breakpoint 1");
    REQUIRE(toy.go() == "breakpoint 1");
    remove(toy, hardware_breakpoint(1));
    toy.step_off(toy.first());
    REQUIRE(toy.go() == "exited 2");
  });
}

TEST_CASE("an access watchpoint is hit by reads and writes, a write watchpoint by writes only") {
  in_any_order([](std::uint32_t seed) {
    const Program touches{"touches",
                          {wait_until(cell(0), 0), write(cell(0), 1), wait_until(cell(0), 1), exit_process(2)}};
    for (const auto type : {StoppointType::access_watchpoint, StoppointType::read_watchpoint}) {
      Toy toy(seed, {touches});
      insert(toy, watchpoint(0, type));
      for (const int next : {1, 2, 3}) {
        const auto event = toy.go_on();
        REQUIRE(told(event) == "watchpoint 0");
        REQUIRE(std::get<stop::Watchpoint>(event.what).stoppoint.type == type);
        REQUIRE(toy.at(toy.first()) == next);
      }
      REQUIRE(toy.go() == "exited 2");
    }
    Toy toy(seed, {touches});
    insert(toy, watchpoint(0));
    REQUIRE(toy.go() == "watchpoint 0");
    REQUIRE(toy.at(toy.first()) == 2);
    REQUIRE(toy.go() == "exited 2");
  });
}

TEST_CASE("a hit in a part of a wide watchpoint is told as of the whole") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"writes", {write(cell(3), 1), write(cell(1), 1), write(cell(2), 1), exit_process(2)}}});
        const Stoppoint wide{StoppointType::write_watchpoint, cell(0), 24};
        insert(toy, wide);
        for (const std::size_t part : {1u, 2u}) {
          const auto event = toy.go_on();
          REQUIRE(told(event) == "watchpoint 0");
          REQUIRE(std::get<stop::Watchpoint>(event.what).stoppoint == wide);
          REQUIRE(std::get<stop::Watchpoint>(event.what).hit == cell(part));
        }
        REQUIRE(toy.go() == "exited 2");
      },
      100);
}

TEST_CASE("a new thread has debug registers at its first instruction, whoever else runs") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"births", {clone(3), wait_until(cell(0), 1), exit_process(2), write(cell(0), 1), exit_thread()}}});
    insert(toy, hardware_breakpoint(3));
    const auto event = toy.go_on();
    REQUIRE(told(event) == "hardware breakpoint 3");
    REQUIRE(event.thread != toy.first());
    REQUIRE(toy.go() == "exited 2");
  });
}

TEST_CASE("hardware breakpoints can be inserted and removed while threads run") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"busy", {clone(2), jump(2), add(cell(0)), jump(2)}}});
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
    while (toy.engine.threads(toy.pid).size() < 2) toy.engine.wait(Kernel::Milliseconds(0));
    toy.machine.run(static_cast<int>(seed % 20));
    insert(toy, hardware_breakpoint(2));
    for (int hits = 0; hits < 3; ++hits) {
      const auto event = toy.next();
      REQUIRE(event);
      REQUIRE(told(*event) == "hardware breakpoint 2");
      REQUIRE(toy.engine.resume(event->thread, {}));
    }
    remove(toy, hardware_breakpoint(2));
    for (const auto thread : toy.engine.threads(toy.pid)) static_cast<void>(toy.engine.resume(thread, {}));
    while (const auto event = toy.engine.next_event(HeldBack::leave)) REQUIRE(toy.engine.resume(event->thread, {}));
    for (int i = 0; i < 5; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    REQUIRE(toy.engine.processes_with_events().empty());
  });
}

TEST_CASE("a hardware breakpoint that is inserted while threads run and are born is hit by all of them") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"births", {clone(4), clone(4), clone(4), jump(3), add(cell(0)), jump(4)}}});
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
    for (std::uint32_t i = 0; i < seed % 5; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    insert(toy, hardware_breakpoint(4));
    std::set<ThreadId> hit;
    for (int i = 0; i < 3; ++i) {
      const auto event = toy.next();
      REQUIRE(event);
      REQUIRE(told(*event) == "hardware breakpoint 4");
      hit.insert(event->thread);
    }
    REQUIRE(hit.size() == 3);
  });
}

TEST_CASE("a hit whose stoppoint is removed while its trap is on the way is nobody's business") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {two_writers});
    for (const std::size_t i : {0u, 1u}) insert(toy, watchpoint(i));
    REQUIRE(one_of(toy.go(), {"watchpoint 0", "watchpoint 1"}));
    for (const std::size_t i : {0u, 1u}) remove(toy, watchpoint(i));
    REQUIRE(toy.go() == "exited 3");
  });
}

TEST_CASE("a hit whose stoppoint has made room for another while its trap is on the way is not the other's") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {two_writers});
    for (const std::size_t i : {0u, 1u}) insert(toy, watchpoint(i));
    REQUIRE(one_of(toy.go(), {"watchpoint 0", "watchpoint 1"}));
    for (const std::size_t i : {0u, 1u}) remove(toy, watchpoint(i));
    for (const std::size_t i : {4u, 5u}) insert(toy, watchpoint(i));
    REQUIRE(toy.go() == "exited 3");
  });
}

TEST_CASE("no hit is lost when other stoppoints come and go between stops") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {two_writers});
    insert(toy, watchpoint(5));
    for (const std::size_t i : {0u, 1u}) insert(toy, watchpoint(i));
    std::vector<std::string> told{toy.go()};
    remove(toy, watchpoint(5));
    for (const std::size_t i : {0u, 1u}) remove(toy, watchpoint(i));
    for (const std::size_t i : {1u, 0u}) insert(toy, watchpoint(i));  // in other slots
    for (auto& more : all_told(toy)) told.push_back(std::move(more));
    std::ranges::sort(told);
    REQUIRE(told == std::vector<std::string>{"exited 3", "watchpoint 0", "watchpoint 1"});
  });
}

TEST_CASE("children do without their parent's debug registers, whether they share its memory or not") {
  in_any_order([](std::uint32_t seed) {
    for (const auto& birth : {fork(3), vfork(3), borrow(3)}) {
      Toy toy(seed, {{"family", {birth, wait_until(cell(9), 1), exit_process(1), write(cell(0), 1), exit_process(5)}}});
      toy.machine.after(200, [&] {
        if (toy.machine.alive(toy.pid)) *toy.machine.process(toy.pid).memory->byte(cell(9).value) = 1;
      });
      insert(toy, watchpoint(0));
      insert(toy, hardware_breakpoint(3));
      REQUIRE(toy.go() == "exited 1");
      REQUIRE(toy.end_of(Pid{number(toy.pid) + 1}) == "exited 5");
    }
  });
}

TEST_CASE("a process that is detached from keeps no debug register") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"family", {vfork(4), add(cell(0)), add(cell(1)), exit_process(1), nop(), exit_process(5)}}});
    insert(toy, watchpoint(0));
    insert(toy, hardware_breakpoint(2));
    REQUIRE(toy.engine.resume(toy.first(), {}));
    for (std::uint32_t i = 0; i < seed % 9; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    REQUIRE(toy.engine.detach(toy.pid));
    REQUIRE_FALSE(toy.machine.any_traced());
    REQUIRE(toy.end_of(toy.pid) == "exited 1");
  });
}

TEST_CASE("a thread that comes out of vfork long after it was detached from keeps no debug register") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"family", {vfork(3), add(cell(0)), exit_process(1), wait_until(cell(9), 1), exit_process(5)}}});
        insert(toy, watchpoint(0));
        REQUIRE(toy.engine.resume(toy.first(), {}));
        for (int i = 0; i < 5; ++i) toy.engine.wait(Kernel::Milliseconds(0));
        REQUIRE(toy.engine.detach(toy.pid));
        REQUIRE(toy.machine.any_traced());
        *toy.machine.process(toy.pid).memory->byte(cell(9).value) = 1;
        for (int i = 0; i < 50 && toy.machine.any_traced(); ++i) toy.engine.wait(Kernel::Milliseconds(0));
        REQUIRE(toy.end_of(toy.pid) == "exited 1");
      },
      30);
}

TEST_CASE("an address that the kernel does not take is an error, and the others go on to work") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {two_writers});
        insert(toy, watchpoint(0));
        const Stoppoint outside{StoppointType::write_watchpoint, Address{0xffff800000000000}, 8};
        REQUIRE_FALSE(toy.engine.insert(toy.pid, outside));
        REQUIRE(toy.go() == "watchpoint 0");
        REQUIRE(toy.go() == "exited 3");
      },
      200);
}

TEST_CASE("a fifth stoppoint is refused by a sentence, and all are free again after removal") {
  Toy toy(1, {two_writers});
  for (const std::size_t i : {0u, 1u, 2u}) insert(toy, watchpoint(i));
  insert(toy, hardware_breakpoint(1));
  const auto fifth = toy.engine.insert(toy.pid, watchpoint(3));
  REQUIRE_FALSE(fifth);
  CHECK(fifth.error().code == Errc::no_slot);
  CHECK(fifth.error().text.contains("free: 0 of 4"));
  for (const std::size_t i : {0u, 1u, 2u}) remove(toy, watchpoint(i));
  remove(toy, hardware_breakpoint(1));
  const Stoppoint takes_all{StoppointType::access_watchpoint, cell(4), 32};
  insert(toy, takes_all);
  REQUIRE(toy.step(toy.first()) == "step");
  remove(toy, takes_all);
  REQUIRE(toy.step(toy.first()) == "step");
  CHECK_FALSE(toy.machine.find(leader(toy.pid))->debug.any());
}

TEST_CASE("a thread that is stopped for job control stays so when a watchpoint is inserted") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"stops", {raise(19), add(cell(0)), exit_process(2)}}});
    REQUIRE(toy.go() == "signal 19");
    REQUIRE(toy.engine.resume(toy.first(), {.signal = signal(19)}));
    for (int i = 0; i < 5; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    insert(toy, watchpoint(0));
    for (int i = 0; i < 5; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    REQUIRE(toy.load(0) == 0);
    toy.machine.send(toy.pid, 18);
    std::string last;
    for (int i = 0; i < 5 && last != "watchpoint 0"; ++i) {
      const auto event = toy.next();
      REQUIRE(event);
      last = told(*event);
      if (last != "watchpoint 0") REQUIRE(toy.engine.resume(event->thread, {}));
    }
    REQUIRE(last == "watchpoint 0");
  });
}

}  // namespace stub
