// Registers of stopped threads, written back when they go on; copies to come back to.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

const Program plain{"plain", {nop(), nop(), nop(), exit_process(0)}};
constexpr RegisterNumber rbx{1};

Bytes word(std::uint64_t value) {
  Bytes bytes(8);
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

}  // namespace

TEST_CASE("a register that was written reads back, before and after the thread has run") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {plain});
        REQUIRE(toy.engine.write_register(toy.first(), rbx, word(0x1234)));
        REQUIRE(toy.engine.read_register(toy.first(), rbx).value() == word(0x1234));
        REQUIRE(toy.step(toy.first()) == "step");
        REQUIRE(toy.engine.read_register(toy.first(), rbx).value() == word(0x1234));
      },
      20);
}

TEST_CASE("a pc that was written is where the thread goes on") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"plain", {nop(), exit_process(1), nop(), exit_process(2)}}});
        toy.set_at(toy.first(), 3);
        REQUIRE(toy.go() == "exited 2");
      },
      20);
}

TEST_CASE("a register of a wrong number or size is refused and changes nothing") {
  Toy toy(1, {plain});
  CHECK_FALSE(toy.engine.read_register(toy.first(), RegisterNumber{9999}));
  CHECK_FALSE(toy.engine.write_register(toy.first(), RegisterNumber{9999}, word(1)));
  CHECK_FALSE(toy.engine.write_register(toy.first(), rbx, Bytes{1, 2}));
  CHECK(toy.engine.read_register(toy.first(), rbx).value() == word(0));
}

TEST_CASE("registers of a running or unknown thread are refused") {
  Toy toy(1, {{"loop", {jump(0)}}});
  REQUIRE(toy.engine.resume(toy.first(), {}));
  CHECK(toy.engine.read_register(toy.first(), rbx).error().code == Errc::running);
  CHECK(toy.engine.save_registers(toy.first()).error().code == Errc::running);
  CHECK(toy.engine.read_register({toy.pid, Tid{5}}, rbx).error().code == Errc::no_thread);
  CHECK(toy.engine.resume(toy.first(), {}).error().code == Errc::running);
}

TEST_CASE("saved registers come back once, whatever the thread has done in between") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {plain});
        REQUIRE(toy.engine.write_register(toy.first(), rbx, word(7)));
        const auto saved = toy.engine.save_registers(toy.first()).value();
        REQUIRE(toy.engine.write_register(toy.first(), rbx, word(8)));
        REQUIRE(toy.step(toy.first()) == "step");
        REQUIRE(toy.step(toy.first()) == "step");
        REQUIRE(toy.engine.restore_registers(toy.first(), saved));
        REQUIRE(toy.at(toy.first()) == 0);
        REQUIRE(toy.engine.read_register(toy.first(), rbx).value() == word(7));
        REQUIRE_FALSE(toy.engine.restore_registers(toy.first(), saved));
        REQUIRE(toy.step(toy.first()) == "step");
        REQUIRE(toy.at(toy.first()) == 1);
      },
      50);
}

TEST_CASE("saved registers are the thread's own") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"pair", {clone(2), jump(1), trap()}}});
        const auto event = toy.go_on();
        REQUIRE(told(event) == "own trap 2");
        const auto saved = toy.engine.save_registers(event.thread).value();
        REQUIRE_FALSE(toy.engine.restore_registers(toy.first(), saved));
        REQUIRE(toy.engine.restore_registers(event.thread, saved));
      },
      50);
}

TEST_CASE("saved registers end with their program") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"execs", {exec("plain")}}, plain});
        const auto saved = toy.engine.save_registers(toy.first()).value();
        REQUIRE(toy.go() == "exec plain");
        REQUIRE_FALSE(toy.engine.restore_registers(toy.first(), saved));
      },
      50);
}

TEST_CASE("a thread sent elsewhere out of a system call does not restart it") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"waits", {pause(), nop(), nop(), exit_process(4)}}});
        REQUIRE(toy.engine.resume(toy.first(), {}));
        toy.machine.run(5);
        toy.engine.hold(toy.pid);
        toy.set_at(toy.first(), 3);
        REQUIRE(toy.go() == "exited 4");
      },
      200);
}

}  // namespace stub
