// Memory that a debuggee maps in our name.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

constexpr Permissions all{true, true, true};

}  // namespace

TEST_CASE("memory is mapped and unmapped without the program's knowledge") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"plain", {nop(), nop(), exit_process(4)}}});
        REQUIRE(toy.step(toy.first()) == "step");
        const auto memory = toy.engine.allocate_memory(toy.first(), 5000, all).value();
        REQUIRE(toy.engine.write_memory(toy.pid, memory + 4990, Bytes(10, 7)));
        REQUIRE(toy.at(toy.first()) == 1);
        REQUIRE(toy.engine.deallocate_memory(toy.first(), memory));
        REQUIRE_FALSE(toy.engine.read_memory(toy.pid, memory, 1));
        REQUIRE_FALSE(toy.engine.deallocate_memory(toy.first(), memory));
        REQUIRE(toy.go() == "exited 4");
      },
      100);
}

TEST_CASE("a thread that waits in a system call goes on to wait after it has mapped memory") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"waits", {pause(), exit_process(4)}, {signal(10)}}});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    toy.machine.run(5);
    toy.engine.hold(toy.pid);
    REQUIRE(toy.engine.allocate_memory(toy.first(), 10, all));
    REQUIRE(toy.engine.resume(toy.first(), {}));
    toy.settle();
    REQUIRE(toy.machine.alive(toy.pid));
    toy.machine.send(toy.pid, 10);
    const auto event = toy.next();
    REQUIRE(event);
    REQUIRE(told(*event) == "signal 10");
    REQUIRE(toy.go(toy.first(), {.signal = signal(10)}) == "exited 4");
  });
}

TEST_CASE("a signal that comes while memory is mapped is told afterwards, once") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"loop", {add(cell(0)), jump(0)}, {signal(10)}}});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    toy.machine.run(static_cast<int>(seed % 20));
    toy.engine.hold(toy.pid);
    toy.machine.send(toy.pid, 10);
    const auto memory = toy.engine.allocate_memory(toy.first(), 100, all);
    REQUIRE(memory);
    REQUIRE(toy.go() == "signal 10");
    toy.insert(1);
    REQUIRE(toy.go(toy.first(), {.signal = signal(10)}) == "breakpoint 1");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("memory is mapped from a signal's stop, and the signal is not lost") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), raise(10), exit_process(4)}, {signal(10)}}});
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.engine.allocate_memory(toy.first(), 100, all));
    REQUIRE(toy.go(toy.first(), {.signal = signal(10)}) == "exited 4");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("memory is mapped while other threads run") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"busy", {clone(2), jump(1), add(cell(0)), jump(2)}}});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    toy.machine.run(20);
    toy.engine.hold(toy.pid);
    const auto threads = toy.engine.threads(toy.pid);
    for (const auto thread : threads)
      if (thread != toy.first()) REQUIRE(toy.engine.resume(thread, {}));
    REQUIRE(toy.engine.allocate_memory(toy.first(), 100, all));
    toy.engine.hold(toy.pid);
    for (const auto thread : threads) REQUIRE(toy.at(thread) >= 0);
  });
}

TEST_CASE("a thread killed while it maps memory fails the mapping and tells the end") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), jump(0)}}});
    toy.machine.after(static_cast<int>(1 + seed % 4), [&] { toy.machine.send(toy.pid, 9); });
    static_cast<void>(toy.engine.allocate_memory(toy.first(), 100, all));
    for (const auto thread : toy.engine.threads(toy.pid)) static_cast<void>(toy.engine.resume(thread, {}));
    const auto event = toy.next();
    REQUIRE(event);
    REQUIRE(told(*event) == "killed 9");
  });
}

}  // namespace stub
