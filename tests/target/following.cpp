// Children, threads and stops that a client wants to hear of.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

constexpr Interests all_children{.forks = true, .vforks = true};

Program family(Instruction birth) {
  return {"family", {std::move(birth), nop(), exit_process(1), nop(), add(cell(0)), exit_process(5)}};
}

Pid child_of(const StopEvent& event) { return std::get<stop::Fork>(event.what).child.pid; }

}  // namespace

TEST_CASE("a followed fork stops parent and child, and both come to their ends") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(fork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    toy.insert(1);
    toy.insert(4);
    const auto event = toy.go_on();
    REQUIRE(std::holds_alternative<stop::Fork>(event.what));
    const auto child = child_of(event);
    REQUIRE(toy.engine.processes() == std::vector{toy.pid, child});
    REQUIRE(toy.engine.breakpoints(child).size() == 2);
    toy.remove(1);
    REQUIRE(toy.go() == "exited 1");
    REQUIRE(toy.engine.resume({child, leader(child)}, {}));
    REQUIRE(told(toy.next().value()) == "breakpoint 4");
    REQUIRE(toy.engine.remove(child, breakpoint(4)));
    REQUIRE(toy.engine.resume({child, leader(child)}, {}));
    REQUIRE(told(toy.next().value()) == "exited 5");
  });
}

TEST_CASE("when a followed vfork child ends, its parent stops with everything else") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(vfork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    const auto child = child_of(toy.go_on());
    REQUIRE(toy.engine.resume(toy.first(), {}));
    REQUIRE(toy.engine.resume({child, leader(child)}, {}));
    const auto first = told(toy.next().value());
    toy.engine.hold(toy.pid);
    REQUIRE(toy.engine.stopped(toy.first()));
    const std::set all{first, toy.go(), toy.go()};
    REQUIRE(all == std::set<std::string>{"exited 1", "exited 5", "vfork done"});
  });
}

TEST_CASE("a followed child that is let go has no breakpoints in it") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(fork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    toy.insert(4);
    const auto child = child_of(toy.go_on());
    REQUIRE(toy.engine.detach(child));
    REQUIRE(toy.end_of(child) == "exited 5");
    REQUIRE(toy.machine.breakpoints_left(toy.pid) == 1);
    REQUIRE(toy.go() == "exited 1");
  });
}

TEST_CASE("a followed parent can be let go, and its child goes on") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(fork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    toy.insert(1);
    const auto child = child_of(toy.go_on());
    REQUIRE(toy.engine.detach(toy.pid));
    REQUIRE(toy.end_of(toy.pid) == "exited 1");
    REQUIRE(toy.engine.resume({child, leader(child)}, {}));
    REQUIRE(told(toy.next().value()) == "exited 5");
  });
}

TEST_CASE("the end of a followed vfork is told of, and breakpoints outlive the child") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(vfork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    toy.insert(2);
    const auto event = toy.go_on();
    REQUIRE(told(event).starts_with("vfork "));
    const auto child = child_of(event);
    REQUIRE(toy.engine.detach(child));
    REQUIRE(toy.go() == "vfork done");
    REQUIRE(toy.go() == "breakpoint 2");
    toy.settle();
    REQUIRE(toy.end_of(child) == "exited 5");
  });
}

TEST_CASE("a followed vfork child that is let go is not hit by watchpoints") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(vfork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    REQUIRE(toy.engine.insert(toy.pid, watchpoint(0)));
    const auto child = child_of(toy.go_on());
    REQUIRE(toy.engine.detach(child));
    REQUIRE(toy.go() == "vfork done");
    REQUIRE(toy.end_of(child) == "exited 5");
    REQUIRE(toy.go() == "exited 1");
  });
}

TEST_CASE("a process killed at an untold fork takes the child with it") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(fork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    REQUIRE(toy.engine.resume(toy.first(), {}));
    toy.settle();
    REQUIRE(toy.engine.processes().size() == 2);
    REQUIRE(toy.engine.kill(toy.pid));
    REQUIRE(toy.engine.processes().empty());
    REQUIRE_FALSE(toy.machine.any_traced());
  });
}

TEST_CASE("a process detached from at an untold fork leaves both running") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {family(fork(3))});
    toy.engine.set_interests(toy.pid, all_children);
    REQUIRE(toy.engine.resume(toy.first(), {}));
    for (std::uint32_t i = 0; i < seed % 9; ++i) toy.engine.wait(Kernel::Milliseconds(0));
    REQUIRE(toy.engine.detach(toy.pid));
    REQUIRE_FALSE(toy.machine.any_traced());
    REQUIRE(toy.end_of(toy.pid) == "exited 1");
    REQUIRE(toy.end_of(Pid{number(toy.pid) + 1}) == "exited 5");
  });
}

TEST_CASE("births and exits of threads are told of where they are wanted") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"crowd", {clone(3), wait_until(cell(0), 1), exit_process(1), add(cell(0)), exit_thread()}}});
    toy.engine.set_interests(toy.pid, {.thread_births = true, .thread_exits = true});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    const auto birth = toy.next().value();
    REQUIRE(told(birth) == "birth");
    REQUIRE(toy.engine.resume(birth.thread, {}));
    std::vector<std::string> rest;
    while (const auto event = toy.next()) rest.push_back(told(*event));
    // A process that ends takes its threads along, told or not.
    REQUIRE(rest.back() == "exited 1");
    if (rest.size() == 2) REQUIRE(rest.front().starts_with("thread exited"));
  });
}

TEST_CASE("a clone is told of by the thread that made it, and the new thread waits") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"crowd", {clone(3), wait_until(cell(0), 1), exit_process(1), add(cell(0)), exit_thread()}}});
    toy.engine.set_interests(toy.first(), ThreadInterests{.clones = true});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    const auto event = toy.next().value();
    const auto worker = std::get<stop::Clone>(event.what).child;
    REQUIRE(toy.engine.stopped(worker));
    toy.settle();
    REQUIRE(toy.load(0) == 0);
    REQUIRE(toy.engine.resume(worker, {}));
    REQUIRE(toy.engine.resume(toy.first(), {}));
    REQUIRE(told(toy.next().value()) == "exited 1");
  });
}

TEST_CASE("a thread that is halted is told of once, and the others run on") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"crowd", {clone(3), nop(), jump(1), add(cell(0)), jump(3)}}});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    while (toy.engine.threads(toy.pid).size() < 2) toy.engine.wait(Kernel::Milliseconds(0));
    toy.engine.halt(toy.first());
    const auto event = toy.next().value();
    REQUIRE(told(event) == "halted");
    REQUIRE(event.thread == toy.first());
    REQUIRE_FALSE(toy.next());
    const auto before = toy.load(0);
    toy.settle();
    REQUIRE(toy.load(0) != before);
    REQUIRE(toy.engine.stopped(toy.first()));
  });
}

TEST_CASE("a range is stepped through without a word, up to its end or a breakpoint in it") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"line", {nop(), add(cell(0)), add(cell(0)), nop(), exit_process(1)}}});
    const ResumeRequest range{
        .kind = ResumeRequest::Kind::step, .signal = {}, .range = AddressRange{fake::at(0), fake::at(3)}};
    REQUIRE(toy.go(toy.first(), range) == "step");
    REQUIRE(toy.at(toy.first()) == 3);
    REQUIRE(toy.load(0) == 2);
    toy.set_at(toy.first(), 0);
    toy.insert(2);
    REQUIRE(toy.go(toy.first(), range) == "breakpoint 2");
    REQUIRE(toy.at(toy.first()) == 2);
  });
}

}  // namespace stub
