// Children that nobody asked to follow: they run on unharmed.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

Pid child_of(Toy& toy) {
  for (const auto pid : toy.machine.processes())
    if (pid != toy.pid) return pid;
  return {};
}

// The parent goes on at 1, the child at 3.
Program parent_and_child(Instruction birth, std::vector<Instruction> child) {
  Program program{"family", {std::move(birth), nop(), exit_process(1)}};
  for (auto& instruction : child) program.code.push_back(std::move(instruction));
  return program;
}

const std::vector<Instruction> short_life{nop(), add(cell(0)), exit_process(5)};
const std::vector<Instruction> execs{nop(), exec("other"), exit_process(99)};
const Program other{"other", {nop(), add(cell(1)), exit_process(6)}};

}  // namespace

TEST_CASE("a forked child runs to its end without our breakpoints, and the parent keeps them") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {parent_and_child(fork(3), short_life)});
    toy.insert(1);
    toy.insert(3);
    toy.insert(4);
    REQUIRE(toy.go() == "breakpoint 1");
    const Pid child{number(toy.pid) + 1};
    REQUIRE(toy.end_of(child) == "exited 5");
    REQUIRE(toy.machine.breakpoints_left(toy.pid) == 3);
    toy.remove(1);
    REQUIRE(toy.go() == "exited 1");
  });
}

TEST_CASE("a forked child that executes another program is not told of") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {parent_and_child(fork(3), execs), other});
    toy.insert(4);
    REQUIRE(toy.go() == "exited 1");
    REQUIRE(toy.end_of(Pid{number(toy.pid) + 1}) == "exited 6");
  });
}

TEST_CASE("a vfork child passes breakpoints in the memory that it borrows, and the parent still has them") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {parent_and_child(vfork(3), short_life)});
    toy.insert(1);
    toy.insert(3);
    toy.insert(4);
    REQUIRE(toy.go() == "breakpoint 1");
    REQUIRE(toy.load(0) == 1);
    toy.settle();
    REQUIRE(toy.end_of(Pid{number(toy.pid) + 1}) == "exited 5");
    REQUIRE(toy.machine.breakpoints_left(toy.pid) == 3);
    REQUIRE(toy.engine.processes() == std::vector{toy.pid});
  });
}

TEST_CASE("a vfork child is let go at its exec") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {parent_and_child(vfork(3), execs), other});
    toy.insert(3);
    toy.insert(1);
    REQUIRE(toy.go() == "breakpoint 1");
    toy.settle();
    const Pid child{number(toy.pid) + 1};
    REQUIRE(toy.end_of(child) == "exited 6");
    toy.remove(1);
    REQUIRE(toy.go() == "exited 1");
  });
}

TEST_CASE("a vfork child in a crowd passes breakpoints that other threads do not miss") {
  in_any_order([](std::uint32_t seed) {
    const Program crowd{"crowd",
                        {clone(5), vfork(3), jump(2), nop(), exit_process(5),  //
                         nop(), write(cell(2), 1), exit_thread()}};
    Toy toy(seed, {crowd});
    toy.insert(3);
    toy.insert(5);
    toy.insert(6);
    REQUIRE(toy.go() == "breakpoint 5");
    ThreadId worker{};
    for (const auto thread : toy.engine.threads(toy.pid))
      if (thread != toy.first()) worker = thread;
    toy.step_off(worker);
    REQUIRE(toy.go() == "breakpoint 6");
    REQUIRE(toy.at(worker) == 6);
    toy.engine.remove_all(toy.pid);
    for (const auto thread : toy.engine.threads(toy.pid)) static_cast<void>(toy.engine.resume(thread, {}));
    toy.settle();
    REQUIRE(toy.load(2) == 1);
    for (const auto pid : toy.machine.processes())
      if (pid != toy.pid) REQUIRE(toy.end_of(pid) == "exited 5");
  });
}

TEST_CASE("a child that borrows memory without being waited for passes breakpoints too") {
  in_any_order([](std::uint32_t seed) {
    const Program family{"family",
                         {borrow(3), wait_until(cell(0), 1), exit_process(1),  //
                          nop(), add(cell(0)), nop(), exit_process(5)}};
    Toy toy(seed, {family});
    for (const std::size_t i : {3u, 4u, 5u}) toy.insert(i);
    REQUIRE(toy.go() == "exited 1");
    toy.settle();
    REQUIRE(toy.end_of(Pid{number(toy.pid) + 1}) == "exited 5");
    REQUIRE_FALSE(toy.machine.any_traced());
  });
}

TEST_CASE("a child that is killed before its parent announces it is no thread of anyone") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {parent_and_child(fork(3), {jump(3)})});
    const Pid child{number(toy.pid) + 1};
    toy.machine.after(static_cast<int>(1 + seed % 10), [&] { toy.machine.send(child, 9); });
    REQUIRE(toy.go() == "exited 1");
    REQUIRE(toy.engine.processes().empty());
  });
}

TEST_CASE("detaching while a vfork child still borrows the memory leaves both unharmed") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {parent_and_child(vfork(3), {nop(), nop(), nop(), nop(), exit_process(5)})});
    for (const std::size_t i : {1u, 3u, 5u}) toy.insert(i);
    REQUIRE(toy.engine.resume(toy.first(), {}));
    for (std::uint32_t i = 0; i < seed % 9; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    REQUIRE(toy.engine.detach(toy.pid));
    REQUIRE_FALSE(toy.machine.any_traced());
    REQUIRE(toy.end_of(toy.pid) == "exited 1");
    REQUIRE(toy.end_of(Pid{number(toy.pid) + 1}) == "exited 5");
  });
}

TEST_CASE("a parent killed while its vfork child runs leaves a child that comes to its end") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {parent_and_child(vfork(3), short_life)});
    toy.insert(3);
    toy.insert(4);
    REQUIRE(toy.engine.resume(toy.first(), {}));
    for (std::uint32_t i = 0; i < 50 && child_of(toy) == Pid{}; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    toy.machine.after(static_cast<int>(1 + seed % 15), [&] { toy.machine.send(toy.pid, 9); });
    toy.settle();
    REQUIRE_FALSE(toy.machine.any_traced());
    REQUIRE(toy.end_of(Pid{number(toy.pid) + 1}) == "exited 5");
  });
}

}  // namespace stub
