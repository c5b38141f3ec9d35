// Signals: told, passed on, suppressed, sent along where ptrace would ignore them; job control.
#include "tests/target/toy.hpp"

namespace stub {
namespace {

using namespace fake;

const Program handler{"handler", {nop(), raise(10), nop(), exit_process(0)}, {signal(10), signal(12)}};
const ResumeRequest with_10{.signal = signal(10)}, with_12{.signal = signal(12)};

}  // namespace

TEST_CASE("a signal is told before it is delivered, and delivered if the resume says so") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {handler});
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.machine.delivered(toy.pid).empty());
    REQUIRE(toy.go(toy.first(), with_10) == "exited 0");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("a signal that is not passed on is never delivered") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {handler});
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.go() == "exited 0");
    REQUIRE(toy.machine.delivered(toy.pid).empty());
  });
}

TEST_CASE("another signal can be delivered in its place") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {handler});
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.go(toy.first(), with_12) == "exited 0");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{12});
  });
}

TEST_CASE("a signal given along from a stop that is none is delivered, unseen") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), nop(), exit_process(0)}, {signal(10)}}});
    toy.insert(1);
    REQUIRE(toy.go() == "breakpoint 1");
    toy.remove(1);
    REQUIRE(toy.go(toy.first(), with_10) == "exited 0");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("a signal that is sent to a thread stops it, and not twice") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), nop(), exit_process(0)}, {signal(10)}}});
    const ResumeRequest sent_10{.signal = signal(10), .sent = true};
    toy.insert(1);
    REQUIRE(toy.go() == "breakpoint 1");
    toy.remove(1);
    REQUIRE(toy.go(toy.first(), sent_10) == "signal 10");
    REQUIRE(toy.go(toy.first(), sent_10) == "exited 0");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
  });
}

TEST_CASE("a signal given along with a step is delivered, and the step ends") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {nop(), nop(), nop(), exit_process(0)}, {signal(10)}}});
    REQUIRE(toy.go(toy.first(), {ResumeRequest::Kind::step, signal(10)}) == "step");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
    REQUIRE(toy.go() == "exited 0");
  });
}

TEST_CASE("a step from a signal's stop with the signal ends in its handler") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {handler});
    REQUIRE(toy.go() == "signal 10");
    REQUIRE(toy.go(toy.first(), {ResumeRequest::Kind::step, signal(10)}) == "step");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10});
    REQUIRE(toy.at(toy.first()) == 2);
  });
}

TEST_CASE("passed signals are delivered without a word") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"plain", {raise(10), raise(12), raise(10), exit_process(0)}, {signal(10), signal(12)}}});
    toy.engine.pass_signals(toy.pid, {signal(10)});
    REQUIRE(toy.go() == "signal 12");
    REQUIRE(toy.go() == "exited 0");
    REQUIRE(toy.machine.delivered(toy.pid) == std::vector{10, 10});
  });
}

TEST_CASE("a signal that would be passed is told of during a step: it may lead into a handler") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {handler});
    toy.engine.pass_signals(toy.pid, {signal(10)});
    std::string what;
    do what = toy.step(toy.first());
    while (what == "step");
    REQUIRE(what == "signal 10");
  });
}

TEST_CASE("a passed signal does not end a hold early") {
  in_any_order([](std::uint32_t seed) {
    const Program busy{"busy", {clone(3), clone(3), clone(3), raise(10), jump(3)}, {signal(10)}};
    Toy toy(seed, {busy});
    toy.engine.pass_signals(toy.pid, {signal(10)});
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.resume(thread, {}));
    toy.machine.run(static_cast<int>(seed % 60));
    toy.engine.hold(toy.pid);
    for (const auto thread : toy.engine.threads(toy.pid)) REQUIRE(toy.engine.stopped(thread));
    const auto before = toy.machine.delivered(toy.pid).size();
    toy.machine.run(100);
    REQUIRE(toy.machine.delivered(toy.pid).size() == before);
  });
}

TEST_CASE("a signal that kills is told, and then the end") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"dies", {clone(2), jump(1), raise(11), nop()}}});
    const auto event = toy.go_on();
    REQUIRE(told(event) == "signal 11");
    REQUIRE(toy.go(event.thread, {.signal = signal(11)}) == "killed 11");
  });
}

TEST_CASE("a signal that waits unreported survives a hold and can be delivered afterwards") {
  in_any_order([](std::uint32_t seed) {
    const Program two{"two", {clone(3), raise(10), exit_thread(), raise(12), exit_thread()}, {signal(10), signal(12)}};
    Toy toy(seed, {two});
    std::set<std::string> seen;
    auto event = toy.go_on();
    seen.insert(told(event));
    const auto second = std::get<stop::Signal>(event.what).signal;
    event = toy.go_on({{event.thread, {.signal = second}}});
    seen.insert(told(event));
    REQUIRE(seen == std::set<std::string>{"signal 10", "signal 12"});
    REQUIRE(toy.go(event.thread, {.signal = std::get<stop::Signal>(event.what).signal}) == "exited 0");
    REQUIRE(toy.machine.delivered(toy.pid).size() == 2);
  });
}

TEST_CASE("a resume with a signal of a thread whose own event waits delivers both") {
  in_any_order([](std::uint32_t seed) {
    const Program two{
        "two", {clone(4), nop(), nop(), exit_thread(), nop(), raise(12), exit_thread()}, {signal(10), signal(12)}};
    Toy toy(seed, {two});
    toy.insert(2);
    toy.insert(4);
    const auto event = toy.go_on();
    toy.engine.remove_all(toy.pid);
    std::map<ThreadId, ResumeRequest> wishes;
    for (const auto thread : toy.engine.threads(toy.pid))
      if (thread != event.thread) wishes[thread] = with_10;
    const auto next = toy.go_on(wishes);
    REQUIRE(told(next) == "signal 12");
    REQUIRE(toy.go(next.thread, with_12) == "exited 0");
    const auto delivered = toy.machine.delivered(toy.pid);
    REQUIRE(std::multiset<int>(delivered.begin(), delivered.end()) ==
            (wishes.empty() ? std::multiset<int>{12} : std::multiset<int>{10, 12}));
  });
}

TEST_CASE("the program stops itself, stays so, and SIGCONT lets it go on") {
  in_any_order(
      [](std::uint32_t seed) {
        Toy toy(seed, {{"stops", {clone(4), raise(19), add(cell(0)), jump(3), jump(4)}}});
        const auto event = toy.go_on();
        REQUIRE(told(event) == "signal 19");
        for (const auto thread : toy.engine.threads(toy.pid))
          REQUIRE(toy.engine.resume(thread, {.signal = thread == event.thread ? signal(19) : signals::none}));
        toy.settle();
        REQUIRE(toy.load(0) == 0);
        REQUIRE(toy.engine.processes_with_events().empty());
        toy.machine.send(toy.pid, 18);
        REQUIRE(told(toy.next().value()) == "signal 18");
        toy.settle();
        REQUIRE(toy.load(0) <= 1);
        REQUIRE(toy.engine.kill(toy.pid));
      },
      300);
}

TEST_CASE("a hold during a group stop works, and the client's resume ends the stop") {
  in_any_order([](std::uint32_t seed) {
    Toy toy(seed, {{"stops", {raise(19), add(cell(0)), exit_process(0)}}});
    REQUIRE(toy.go() == "signal 19");
    REQUIRE(toy.engine.resume(toy.first(), {.signal = signal(19)}));
    toy.settle();
    toy.engine.hold(toy.pid);
    REQUIRE(toy.engine.stopped(toy.first()));
    REQUIRE(toy.at(toy.first()) == 1);
    REQUIRE(toy.go() == "exited 0");
  });
}

TEST_CASE("a program that is let go at a signal gets it, unless its client said which it may get") {
  struct Word {
    std::optional<std::set<KernelSignal>> wanted;
    std::vector<int> delivered;
  };
  const std::vector<Word> words = {
      {{}, {10}}, {std::set{signal(10)}, {10}}, {std::set{signal(12)}, {}}, {std::set<KernelSignal>{}, {}}};
  for (const auto& word : words)
    in_any_order(
        [&](std::uint32_t seed) {
          Toy toy(seed, {handler});
          toy.engine.deliver_at_detach(toy.pid, word.wanted);
          REQUIRE(toy.go() == "signal 10");
          REQUIRE(toy.engine.detach(toy.pid));
          REQUIRE(toy.end_of(toy.pid) == "exited 0");
          REQUIRE(toy.machine.delivered(toy.pid) == word.delivered);
        },
        100);
}

TEST_CASE("a SIGINT that was reported is discarded at a detach, unless the client wants it delivered") {
  const Program interrupted{"interrupted", {nop(), raise(2), nop(), exit_process(0)}, {signal(2)}};
  for (const bool wanted : {false, true})
    in_any_order(
        [&](std::uint32_t seed) {
          Toy toy(seed, {interrupted});
          if (wanted) toy.engine.deliver_at_detach(toy.pid, std::set{signal(2)});
          REQUIRE(toy.go() == "signal 2");
          REQUIRE(toy.engine.detach(toy.pid));
          REQUIRE(toy.end_of(toy.pid) == "exited 0");
          REQUIRE(toy.machine.delivered(toy.pid) == (wanted ? std::vector{2} : std::vector<int>{}));
        },
        100);
}

// GDB manual, QProgramSignals: for the signals that the client has not heard of.
TEST_CASE("a signal that waits unreported is delivered at a detach only if the client lets it") {
  const Program two{"two", {clone(3), raise(10), jump(2), raise(12), jump(4)}, {signal(10), signal(12)}};
  for (const bool wanted : {false, true})
    in_any_order(
        [&](std::uint32_t seed) {
          Toy toy(seed, {two});
          toy.engine.deliver_at_detach(toy.pid, wanted ? std::set{signal(10), signal(12)} : std::set<KernelSignal>{});
          REQUIRE(toy.go().starts_with("signal 1"));
          toy.settle();
          REQUIRE(toy.engine.detach(toy.pid));
          toy.machine.run(300);
          const auto got = toy.machine.delivered(toy.pid);
          if (wanted) REQUIRE(std::multiset<int>(got.begin(), got.end()) == std::multiset<int>{10, 12});
          if (!wanted) REQUIRE(got.size() <= 1);  // one may not have been raised before
        },
        100);
}

TEST_CASE("a SIGINT that waits unreported is the program's own, and delivered at a detach") {
  const Program two{"two", {clone(3), raise(10), jump(2), raise(2), jump(4)}, {signal(10), signal(2)}};
  in_any_order(
      [&](std::uint32_t seed) {
        Toy toy(seed, {two});
        const auto first = toy.go();
        toy.settle();
        REQUIRE(toy.engine.detach(toy.pid));
        toy.machine.run(300);
        const auto got = toy.machine.delivered(toy.pid);
        REQUIRE(std::multiset<int>(got.begin(), got.end()) ==
                (first == "signal 2" ? std::multiset<int>{10} : std::multiset<int>{2, 10}));
      },
      300);
}

}  // namespace stub
