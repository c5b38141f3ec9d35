// What the watch does with events, of a target without a kernel.
#include "stub/crash/watch.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::crash;
using stub::test::FakeHost;
using stub::test::FakeTarget;
using Lines = std::vector<std::string>;

namespace {

const ThreadId first{Pid{1}, Tid{1}}, second{Pid{1}, Tid{2}};
constexpr KernelSignal segv{11}, terminate{15};

struct Watched {
  FakeTarget target;
  FakeHost host;
  Lines said;
  std::string printed;
  SignalSets sets;
  std::string place = "localhost:4711";
  inspect::CallLog calls{target};
  Watch watch;

  explicit Watched(const std::string& on_crash, Policy policy = {})
      : watch(target, host, with(std::move(policy), on_crash),
              {.say = [this](const std::string& line) { said.push_back(line); },
               .print = [this](std::string_view text) { printed += text; },
               .signal_sets = [this](ThreadId) { return std::optional(sets); },
               .calls = calls,
               .place = [this] { return place; }}) {
    target.add_thread(second, "second");
    watch.begin(Pid{1});
    static_cast<void>(target.take_journal());
  }

  static Policy with(Policy policy, const std::string& on_crash) {
    policy.on_crash = parse_on_crash(on_crash).value();
    return policy;
  }

  void happen(const StopEvent& event) {
    target.happen(event);
    watch.take(*target.next_event(HeldBack::leave));
  }

  Lines work() {
    while (watch.work()) {}
    return target.take_journal();
  }
};

}  // namespace

TEST_CASE("a command's children are followed, and run") {
  Watched watched("report");
  CHECK(watched.target.interests(Pid{1}).forks);
  CHECK(watched.target.interests(Pid{1}).vforks);
  watched.target.happen({first, stop::Fork{{Pid{2}, Tid{2}}, stop::Fork::Kind::fork}});
  watched.watch.take(*watched.target.next_event(HeldBack::leave));
  CHECK(watched.target.take_journal().front() == "run 1.1");
}

TEST_CASE("--follow=direct leaves children alone") {
  Watched watched("report", {.follow = Follow::direct});
  CHECK_FALSE(watched.target.interests(Pid{1}).forks);
}

TEST_CASE("a crash is reported while all threads stand, and gets its signal afterwards") {
  Watched watched("report");
  watched.happen({first, stop::Signal{segv}});
  CHECK(watched.printed.empty());
  CHECK(watched.work() == Lines{"hold 1.2", "run 1.1 with signal 11", "run 1.2"});
  CHECK(watched.printed.contains("SIGSEGV"));
  CHECK_FALSE(watched.watch.busy());
}

TEST_CASE("other signals, and those that a program takes care of, pass at once") {
  Watched watched("report");
  watched.happen({first, stop::Signal{terminate}});
  CHECK(watched.work() == Lines{"run 1.1 with signal 15"});
  watched.sets.caught = ~std::uint64_t{0};
  watched.happen({first, stop::Signal{segv}});
  CHECK(watched.work() == Lines{"run 1.1 with signal 11"});
  CHECK(watched.printed.empty());
}

TEST_CASE("a trap instruction of the program's own is a crash, and it gets the signal") {
  Watched watched("report");
  watched.happen({first, stop::ProgramBreakpoint{}});
  CHECK(watched.work() == Lines{"hold 1.2", "run 1.1 with signal 5", "run 1.2"});
}

TEST_CASE("programs that are not meant crash without us") {
  Watched watched("report", {.only = {"other"}});
  watched.happen({first, stop::Signal{segv}});
  CHECK(watched.work() == Lines{"run 1.1 with signal 11"});
}

TEST_CASE("a second thread that crashes while the process ends is no second crash") {
  Watched watched("report");
  watched.happen({first, stop::Signal{segv}});
  watched.work();
  watched.printed.clear();
  watched.happen({second, stop::Signal{segv}});
  CHECK(watched.work() == Lines{"run 1.2 with signal 11"});
  CHECK(watched.printed.empty());
}

TEST_CASE("a process waits for a debugger until its time is up") {
  Watched watched("wait=10m");
  watched.happen({first, stop::Signal{segv}});
  CHECK(watched.work() == Lines{"hold 1.2"});
  REQUIRE(watched.said.size() == 2);
  CHECK(watched.said[0] == "prog (process 1, SIGSEGV) waits 10 min for a debugger");
  CHECK(watched.said[1] == "gdb: target remote localhost:4711    lldb: gdb-remote localhost:4711");
  const auto now = Watch::Clock::now();
  watched.watch.tick(now + std::chrono::seconds(30));
  CHECK(watched.said.size() == 2);
  watched.watch.tick(now + std::chrono::seconds(61));  // what to type is repeated each minute
  CHECK(watched.said.size() == 4);
  CHECK(watched.watch.busy());
  watched.watch.tick(now + std::chrono::seconds(601));
  CHECK(watched.work() == Lines{"run 1.1 with signal 11", "run 1.2"});
  CHECK_FALSE(watched.watch.busy());
}

TEST_CASE("what is still to be done is done when nobody came") {
  Watched watched("wait=10m,report");
  watched.happen({first, stop::Signal{segv}});
  watched.work();
  CHECK(watched.printed.empty());
  watched.watch.stop_waiting();
  watched.work();
  CHECK(watched.printed.contains("SIGSEGV"));
}

TEST_CASE("a debugger gets the process with its signal, and a second one nothing") {
  Watched watched("wait=10m");
  CHECK_FALSE(watched.watch.hand_over());
  watched.happen({first, stop::Signal{segv}});
  watched.work();
  const auto event = watched.watch.hand_over();
  REQUIRE(event);
  CHECK(event->thread == first);
  CHECK(std::get<stop::Signal>(event->what).signal == segv);
  CHECK_FALSE(watched.watch.hand_over());
  watched.watch.tick(Watch::Clock::now() + std::chrono::hours(1));  // nobody is cut short
  CHECK(watched.work().empty());
  CHECK(watched.watch.busy());
}

TEST_CASE("a process whose debugger goes away as it was waits on; one that has moved does not") {
  Watched watched("wait=10m");
  watched.happen({first, stop::Signal{segv}});
  watched.work();
  const auto event = watched.watch.hand_over();
  REQUIRE(event);
  CHECK(watched.watch.take_back(Pid{1}, {*event}));
  CHECK(watched.watch.hand_over());
  CHECK_FALSE(watched.watch.take_back(Pid{1}, {}));
  CHECK_FALSE(watched.watch.hand_over());
}

TEST_CASE("a process that is let go, or ends while it waits, is nobody's business") {
  Watched watched("wait=10m");
  watched.happen({first, stop::Signal{segv}});
  watched.work();
  watched.watch.take({first, stop::Killed{signals::kill}});
  CHECK_FALSE(watched.watch.hand_over());
  CHECK_FALSE(watched.watch.busy());
}

TEST_CASE("where the port is taken, it is tried again soon") {
  Watched watched("wait=10m");
  watched.place.clear();
  watched.happen({first, stop::Signal{segv}});
  watched.work();
  CHECK(watched.said.empty());
  watched.place = "localhost:1";
  watched.watch.tick(Watch::Clock::now() + std::chrono::seconds(3));
  CHECK(watched.said.size() == 2);
}

TEST_CASE("a hang is reported of every thread, and ended if so wished") {
  Policy policy;
  policy.on_timeout = parse_on_timeout("20m:report,kill").value();
  Watched watched("report", policy);
  watched.watch.on_timeout();
  CHECK(watched.work() == Lines{"hold 1.1", "hold 1.2", "kill 1"});
  CHECK(watched.printed.contains("It still ran after 20 min"));
  CHECK(watched.printed.contains("Thread 2"));
}

TEST_CASE("a hang that is only looked at goes on") {
  Policy policy;
  policy.on_timeout = parse_on_timeout("20m:report=r.txt").value();
  Watched watched("report", policy);
  watched.watch.on_timeout();
  CHECK(watched.work() == Lines{"hold 1.1", "hold 1.2", "run 1.1", "run 1.2"});
}

TEST_CASE("system calls are recorded where they are asked for, and are in the report") {
  Watched plain("report");
  CHECK(plain.target.observer(Pid{1}) == nullptr);
  Watched watched("syscalls,report");
  auto* observer = watched.target.observer(Pid{1});
  REQUIRE(observer != nullptr);
  observer->called({first, watched.target.architecture(Pid{1}), 3, {9}});
  observer->returned(first, 0);
  watched.happen({first, stop::Signal{segv}});
  watched.work();
  CHECK(watched.printed.contains("Last system calls:\n  close(9) = 0\n"));
}

TEST_CASE("a process that hangs waits for a debugger, and for the next one, and is killed when nobody comes") {
  Watched watched("report", {.on_timeout = parse_on_timeout("1m:wait=10m,kill").value()});
  watched.watch.on_timeout();
  watched.work();
  REQUIRE(watched.said.size() == 2);
  CHECK(watched.said[0].contains(", hangs) waits 10 min for a debugger"));
  const auto handed = watched.watch.hand_over();
  REQUIRE(handed);
  CHECK(handed->thread == first);
  CHECK(watched.watch.take_back(Pid{1}, {*handed}));
  CHECK(watched.watch.hand_over());
  CHECK(watched.watch.take_back(Pid{1}, {*handed}));
  watched.watch.tick(Watch::Clock::now() + std::chrono::minutes(11));
  const auto journal = watched.work();
  CHECK(std::ranges::find(journal, "kill 1") != journal.end());
}

TEST_CASE("of a program that fails and traces others it is said once that it cannot, and what to do") {
  Watched watched("report");
  watched.host.add_file("/bin/prog", std::string_view("\0ptrace\0", 8));
  for (int i = 0; i < 2; ++i) watched.happen({first, stop::Exited{7}});
  REQUIRE(watched.said.size() == 1);
  CHECK(watched.said[0].starts_with("/bin/prog ended with code 7, perhaps because it traces itself or others"));
}

TEST_CASE("of LeakSanitizer it is said how to go without it") {
  Watched watched("report");
  watched.host.add_file("/bin/prog", std::string_view("\0ptrace\0LeakSanitizer", 21));
  watched.happen({first, stop::Exited{23}});
  REQUIRE(watched.said.size() == 1);
  CHECK(watched.said[0].contains("ASAN_OPTIONS=detect_leaks=0"));
}

TEST_CASE("programs that succeed, or trace nobody, are no reason to say something") {
  Watched watched("report");
  watched.happen({first, stop::Exited{7}});
  Watched tracing("report");
  tracing.host.add_file("/bin/prog", std::string_view("\0ptrace\0", 8));
  tracing.happen({first, stop::Exited{0}});
  CHECK(watched.said.empty());
  CHECK(tracing.said.empty());
}
