// Memory as the program sees it, with breakpoints under it.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

const Program plain{"plain", {nop(), nop(), nop(), exit_process(0)}};
constexpr std::uint8_t opcode = 0x0f;

}  // namespace

TEST_CASE("reads do not show inserted breakpoints") {
  Toy toy(1, {plain});
  toy.insert(0);
  toy.insert(1);
  CHECK(toy.engine.read_memory(toy.pid, fake::at(0), 8).value() == Bytes{opcode, 0x1f, 0x40, 0, opcode, 0x1f, 0x40, 1});
  CHECK(toy.engine.read_memory(toy.pid, fake::at(1), 1).value() == Bytes{opcode});
  CHECK(toy.machine.breakpoints_left(toy.pid) == 2);
}

TEST_CASE("what is written under a breakpoint is there when it is removed") {
  Toy toy(1, {plain});
  toy.insert(1);
  REQUIRE(toy.engine.write_memory(toy.pid, fake::at(1), Bytes{0xf4, 7}));
  CHECK(toy.machine.breakpoints_left(toy.pid) == 1);
  CHECK(toy.engine.read_memory(toy.pid, fake::at(1), 2).value() == Bytes{0xf4, 7});
  CHECK(toy.engine.breakpoints(toy.pid).at(0).original == Bytes{0xf4});
  toy.remove(1);
  CHECK(toy.engine.read_memory(toy.pid, fake::at(1), 2).value() == Bytes{0xf4, 7});
}

TEST_CASE("a read comes back with what is readable, and fails if that is nothing") {
  Toy toy(1, {plain});
  const auto end = code_base + page_size;
  CHECK(toy.engine.read_memory(toy.pid, end - 3, 10).value().size() == 3);
  CHECK_FALSE(toy.engine.read_memory(toy.pid, end, 10));
  CHECK(toy.engine.read_memory(toy.pid, end, 0).value().empty());
}

TEST_CASE("a write that fails changes neither memory nor what lies under breakpoints") {
  Toy toy(1, {plain});
  toy.insert(1);
  const auto end = code_base + page_size;
  CHECK_FALSE(toy.engine.write_memory(toy.pid, end - 1, Bytes{1, 2}));
  CHECK_FALSE(toy.engine.write_memory(toy.pid, fake::at(1), Bytes(page_size, 1)));
  CHECK(toy.engine.breakpoints(toy.pid).at(0).original == Bytes{opcode});
  CHECK(toy.engine.read_memory(toy.pid, end - 1, 1).value() == Bytes{0});
}

TEST_CASE("memory of an unknown process is refused") {
  Toy toy(1, {plain});
  CHECK_FALSE(toy.engine.read_memory(Pid{1}, fake::at(0), 1));
  CHECK_FALSE(toy.engine.write_memory(Pid{1}, fake::at(0), Bytes{1}));
  CHECK(toy.engine.breakpoints(Pid{1}).empty());
}

TEST_CASE("a breakpoint can be inserted and removed while threads run") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"busy", {clone(2), jump(2), add(cell(0)), jump(2)}}});
        for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
        toy.machine.run(static_cast<int>(seed % 20));
        toy.insert(2);
        const auto event = toy.next();
        REQUIRE(event);
        REQUIRE(told(*event) == "breakpoint 2");
        toy.remove(2);
        REQUIRE(toy.engine.resume(event->thread, {}));
        for (int i = 0; i < 5; ++i) toy.engine.wait(Kernel::Milliseconds(0));
        toy.engine.hold(toy.pid);
        for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.at(thread) >= 0);
      },
      300);
}

TEST_CASE("a memory page that is gone holds no breakpoint") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {plain});
        const auto page = toy.engine.allocate_memory(toy.first(), page_size, {true, true, true}).value();
        REQUIRE(toy.engine.insert(toy.pid, {StoppointType::software_breakpoint, page, 1}));
        REQUIRE(toy.engine.deallocate_memory(toy.first(), page));
        REQUIRE_FALSE(toy.engine.remove(toy.pid, {StoppointType::software_breakpoint, page, 1}));
        REQUIRE(toy.engine.breakpoints(toy.pid).empty());
      },
      20);
}

TEST_CASE("what has been put in a breakpoint's place behind the engine's back stays, and can have a breakpoint again") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {plain});
        const Stoppoint there{StoppointType::software_breakpoint, cell(3), 1};
        const auto raw = [&] {
          Bytes byte(1);
          REQUIRE(toy.kernel.read_memory(toy.pid, there.address, byte) == 1);
          return byte.front();
        };
        const auto put = [&](std::uint8_t byte) {
          REQUIRE(toy.kernel.write_memory(toy.first(), there.address, Bytes{byte}));
        };
        put(1);
        REQUIRE(toy.engine.insert(toy.pid, there));
        const auto instruction = raw();
        REQUIRE(instruction != 1);
        put(2);
        REQUIRE(toy.engine.insert(toy.pid, there));
        REQUIRE(raw() == instruction);
        REQUIRE(toy.engine.insert(toy.pid, there));
        REQUIRE(toy.engine.remove(toy.pid, there));
        REQUIRE(raw() == 2);
        REQUIRE(toy.engine.insert(toy.pid, there));
        put(3);
        REQUIRE(toy.engine.remove(toy.pid, there));
        REQUIRE(raw() == 3);
        REQUIRE(toy.engine.breakpoints(toy.pid).empty());
      },
      20);
}

TEST_CASE("watchpoints reach threads that are there and threads that come") {
  in_any_order([](std::uint32_t seed) {
    const Program writers{"writers",
                          {clone(3), nop(), wait_until(cell(2), 9), nop(), clone(6), wait_until(cell(2), 9),
                           write(cell(0), 1), wait_until(cell(2), 9)}};
    Toy toy(seed, {writers});
    REQUIRE(toy.engine.insert(toy.pid, watchpoint(0)));
    const auto event = toy.go_on();
    REQUIRE(told(event) == "watchpoint 0");
    REQUIRE(std::get<stop::Watchpoint>(event.what).hit == cell(0));
    REQUIRE(event.thread != toy.first());
    REQUIRE(toy.load(0) == 1);
  });
}

TEST_CASE("a removed watchpoint is not hit any more, and a fifth is refused") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"writes", {write(cell(0), 1), write(cell(1), 1), write(cell(2), 1), exit_process(0)}}});
        for (const std::size_t i : {0u, 1u, 2u, 3u}) REQUIRE(toy.engine.insert(toy.pid, watchpoint(i)));
        REQUIRE_FALSE(toy.engine.insert(toy.pid, watchpoint(4)));
        REQUIRE(toy.engine.insert(toy.pid, watchpoint(3)));
        REQUIRE(toy.engine.remove(toy.pid, watchpoint(1)));
        REQUIRE(toy.go() == "watchpoint 0");
        REQUIRE(toy.go() == "watchpoint 2");
        REQUIRE(toy.go() == "exited 0");
      },
      100);
}

}  // namespace stub
