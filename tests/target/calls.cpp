// System calls that a client wants to hear of: at their entry and at their return.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

const Interests all_calls{.system_calls = std::set<std::uint64_t>{}};

// One that does nothing: there is no such program.
Instruction idle_call() { return exec("no such program"); }

}  // namespace

TEST_CASE("system calls are told of at entry and at return, and the last has no return") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"calls", {idle_call(), nop(), idle_call(), exit_process(3)}}});
    toy.engine.set_interests(toy.pid, all_calls);
    for (const auto* told : {"call 59", "return 59", "call 59", "return 59", "call 231", "exited 3"})
      REQUIRE(toy.go() == told);
  });
}

TEST_CASE("only the system calls asked for are told of") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"calls", {idle_call(), raise(10), idle_call(), exit_process(3)}, {signal(10)}}});
    toy.engine.set_interests(toy.pid, {.system_calls = std::set<std::uint64_t>{39}});
    for (const auto* told : {"call 39", "return 39", "signal 10", "exited 3"}) REQUIRE(toy.go() == told);
  });
}

TEST_CASE("an exec stands between its call's entry and return") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"first", {exec("second")}}, {"second", {idle_call(), exit_process(4)}}});
    toy.engine.set_interests(toy.pid, all_calls);
    for (const auto* told : {"call 59", "exec second", "return 59", "call 59", "return 59", "call 231", "exited 4"})
      REQUIRE(toy.go() == told);
  });
}

TEST_CASE("a catch that begins at an exec takes the first call's entry for an entry") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"first", {exec("second")}}, {"second", {idle_call(), exit_process(4)}}});
    REQUIRE(toy.go() == "exec second");
    toy.engine.set_interests(toy.pid, all_calls);
    for (const auto* told : {"call 59", "return 59", "call 231", "exited 4"}) REQUIRE(toy.go() == told);
  });
}

TEST_CASE("a fork stands between its call's entry and return, and the child begins with neither") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"family", {fork(2), exit_process(1), idle_call(), exit_process(5)}}});
    toy.engine.set_interests(toy.pid, {.forks = true, .system_calls = std::set<std::uint64_t>{}});
    REQUIRE(toy.go() == "call 57");
    const auto event = toy.go_on();
    const auto child = std::get<stop::Fork>(event.what).child;
    for (const auto* told : {"return 57", "call 231", "exited 1"}) REQUIRE(toy.go() == told);
    for (const auto* wanted : {"call 59", "return 59", "call 231", "exited 5"}) {
      REQUIRE(toy.engine.resume(child, {}));
      REQUIRE(told(toy.next().value()) == wanted);
    }
  });
}

TEST_CASE("a child in vfork is not told of, and its parent's call returns behind it") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"family", {vfork(2), exit_process(1), idle_call(), exit_process(5)}}});
    toy.engine.set_interests(toy.pid, all_calls);
    for (const auto* told : {"call 58", "return 58", "call 231", "exited 1"}) REQUIRE(toy.go() == told);
  });
}

TEST_CASE("a call that is interrupted returns, and is begun again") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"waits", {pause(), exit_process(3)}, {signal(10)}}});
    toy.engine.set_interests(toy.pid, all_calls);
    REQUIRE(toy.go() == "call 34");
    REQUIRE(toy.engine.resume(toy.first(), {}));
    toy.settle();
    toy.machine.send(toy.pid, 10);
    REQUIRE(told(toy.next().value()) == "return 34");
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.go(toy.first(), {.signal = signal(10)}) == "call 231");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("a hold in the midst of calls loses none and confuses none") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"calls", {idle_call(), idle_call(), idle_call(), exit_process(3)}}});
    toy.engine.set_interests(toy.pid, all_calls);
    std::string all;
    for (int turn = 0; turn < 2000 && !all.ends_with("exited 3 "); ++turn) {
      static_cast<void>(toy.engine.resume(toy.first(), {}));
      toy.engine.hold(toy.pid);
      while (const auto event = toy.engine.next_event(HeldBack::take)) all += told(*event) + " ";
    }
    REQUIRE(all == "call 59 return 59 call 59 return 59 call 59 return 59 call 231 exited 3 ");
  });
}

TEST_CASE("nobody hears of a call's return who does not want to any more") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"calls", {idle_call(), nop(), idle_call(), exit_process(3)}}});
    toy.engine.set_interests(toy.pid, all_calls);
    toy.insert(1);
    REQUIRE(toy.go() == "call 59");
    toy.engine.set_interests(toy.pid, {});
    REQUIRE(toy.go() == "breakpoint 1");
    toy.remove(1);
    toy.engine.set_interests(toy.pid, all_calls);
    REQUIRE(toy.go() == "call 59");
    REQUIRE(toy.go() == "return 59");
  });
}

TEST_CASE("a step over a system call is a step, and the next call is told of from its entry") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"calls", {idle_call(), nop(), idle_call(), exit_process(3)}}});
    toy.engine.set_interests(toy.pid, all_calls);
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.at(toy.first()) == 1);
    REQUIRE(toy.go() == "call 59");
    REQUIRE(toy.step(toy.first()) == "step");
    REQUIRE(toy.at(toy.first()) == 3);
    REQUIRE(toy.go() == "call 231");
    REQUIRE(toy.go() == "exited 3");
  });
}

TEST_CASE("each thread's calls are told of in pairs") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"crowd",
                    {clone(4), clone(4), wait_until(cell(0), 2), exit_process(3), idle_call(), idle_call(),
                     add(cell(0)), exit_thread()}}});
    toy.engine.set_interests(toy.pid, {.system_calls = std::set<std::uint64_t>{59}});
    std::map<ThreadId, std::string> heard;
    for (auto event = toy.go_on(); !event.ends_process(); event = toy.go_on()) heard[event.thread] += told(event) + " ";
    REQUIRE(heard.size() == 2);
    for (const auto& [thread, words] : heard) REQUIRE(words == "call 59 return 59 call 59 return 59 ");
  });
}

TEST_CASE("a process is killed or let go at a call's entry as anywhere else") {
  in_any_order([](std::uint32_t seed) {
    const Program program{"calls", {idle_call(), add(cell(0)), exit_process(3)}};
    Toy toy(seed, {program});
    toy.engine.set_interests(toy.pid, all_calls);
    REQUIRE(toy.go() == "call 59");
    if (seed % 2 == 0) {
      REQUIRE(toy.engine.kill(toy.pid));
      return;
    }
    REQUIRE(toy.engine.detach(toy.pid));
    REQUIRE(toy.end_of(toy.pid) == "exited 3");
  });
}

}  // namespace stub
