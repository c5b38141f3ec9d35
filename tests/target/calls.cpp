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

namespace stub {
namespace {

// Writes down what it is told.
struct Listener final : CallObserver {
  std::vector<std::string> heard;

  void called(const CallMade& call) override { heard.push_back("call " + std::to_string(call.number)); }
  void returned(ThreadId, std::uint64_t) override { heard.emplace_back("return"); }
  void forked(Pid, Pid) override { heard.emplace_back("forked"); }
  void became_leader(ThreadId) override { heard.emplace_back("leader"); }
  void ended(ThreadId) override { heard.emplace_back("thread"); }
  void ended(Pid) override { heard.emplace_back("end"); }
};

using Heard = std::vector<std::string>;

}  // namespace

TEST_CASE("an observer is told of all calls, and stops nobody") {
  in_any_order([](std::uint32_t seed) {
    Listener listener;
    Toy toy(seed, {{"calls", {idle_call(), nop(), idle_call(), exit_process(3)}}});
    REQUIRE(toy.engine.observe_calls(toy.pid, &listener));
    REQUIRE(toy.go() == "exited 3");
    REQUIRE(listener.heard == Heard{"call 59", "return", "call 59", "return", "call 231", "end"});
  });
}

TEST_CASE("a client that catches calls is told of each once, beside an observer") {
  in_any_order([](std::uint32_t seed) {
    Listener listener;
    Toy toy(seed, {{"calls", {idle_call(), exit_process(3)}}});
    toy.engine.set_interests(toy.pid, {.system_calls = std::set<std::uint64_t>{59}});
    REQUIRE(toy.engine.observe_calls(toy.pid, &listener));
    for (const auto* told : {"call 59", "return 59", "exited 3"}) REQUIRE(toy.go() == told);
    REQUIRE(listener.heard == Heard{"call 59", "return", "call 231", "end"});
  });
}

TEST_CASE("an exec returns once to an observer, who hears of the next program's calls") {
  in_any_order([](std::uint32_t seed) {
    Listener listener;
    Toy toy(seed, {{"first", {exec("second")}}, {"second", {idle_call(), exit_process(4)}}});
    REQUIRE(toy.engine.observe_calls(toy.pid, &listener));
    for (const auto* told : {"exec second", "exited 4"}) REQUIRE(toy.go() == told);
    REQUIRE(listener.heard == Heard{"call 59", "return", "call 59", "return", "call 231", "end"});
  });
}

TEST_CASE("an observer who begins while the program runs hears of its next call") {
  in_any_order([](std::uint32_t seed) {
    Listener listener;
    Toy toy(seed, {{"waits", {pause(), idle_call(), exit_process(3)}, {signal(10)}}});
    REQUIRE(toy.engine.resume(toy.first(), {}));
    toy.settle();
    REQUIRE(toy.engine.observe_calls(toy.pid, &listener));
    toy.settle();
    REQUIRE_FALSE(toy.engine.stopped(toy.first()));
    REQUIRE_FALSE(listener.heard.empty());
  });
}

TEST_CASE("instructions are counted up to an address, and to what is an event") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"straight", {nop(), nop(), nop(), raise(10), exit_process(3)}, {signal(10)}}});
    REQUIRE(toy.engine.begin_count(toy.first(), at(2)));
    auto count = toy.engine.count_on(toy.first(), Kernel::Milliseconds(1000)).value();
    while (count.state == Count::State::goes_on)
      count = toy.engine.count_on(toy.first(), Kernel::Milliseconds(1000)).value();
    REQUIRE(count == Count{Count::State::arrived, 2});
    REQUIRE(toy.engine.end_count(toy.first()).value() == count);
    REQUIRE(toy.at(toy.first()) == 2);
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
    REQUIRE(toy.engine.begin_count(toy.first(), {}));
    do count = toy.engine.count_on(toy.first(), Kernel::Milliseconds(1000)).value();
    while (count.state == Count::State::goes_on);
    REQUIRE(count.state == Count::State::stopped);
    REQUIRE(toy.engine.end_count(toy.first()));
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.go() == "exited 3");
  });
}

TEST_CASE("a count begins off a breakpoint, and stops at the next") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"straight", {nop(), nop(), nop(), exit_process(3)}}});
    toy.insert(0);
    toy.insert(2);
    REQUIRE(toy.engine.begin_count(toy.first(), {}));
    Count count;
    do count = toy.engine.count_on(toy.first(), Kernel::Milliseconds(1000)).value();
    while (count.state == Count::State::goes_on);
    REQUIRE(count == Count{Count::State::stopped, 2});
    REQUIRE(toy.engine.end_count(toy.first()));
    REQUIRE(toy.at(toy.first()) == 2);
  });
}

TEST_CASE("a count that is ended leaves the thread stopped, and nobody else told") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"waits", {nop(), pause(), exit_process(3)}}});
    REQUIRE(toy.engine.begin_count(toy.first(), {}));
    static_cast<void>(toy.engine.count_on(toy.first(), Kernel::Milliseconds(0)));
    REQUIRE(toy.engine.end_count(toy.first()).value().state == Count::State::goes_on);
    REQUIRE(toy.engine.stopped(toy.first()));
    REQUIRE_FALSE(toy.engine.next_event(HeldBack::take));
  });
}

}  // namespace stub
