// The policy of `stub run`: its text, and what is a crash.
#include "stub/crash/policy.hpp"

#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::crash;
using std::chrono::seconds;

namespace {

constexpr KernelSignal quit{3}, trap{5}, abort_signal{6}, pipe_signal{13}, terminate{15}, segv{11};

constexpr std::uint64_t bit(KernelSignal signal) { return std::uint64_t{1} << (number(signal) - 1); }

}  // namespace

TEST_CASE("actions are kept in the order in which they are written") {
  CHECK(parse_on_crash("report,core=a/b,wait=10m,report=r.html").value() ==
        Actions{action::Report{}, action::Core{"a/b"}, action::Wait{seconds(600)}, action::Report{"r.html"}});
  CHECK(parse_on_crash("core").value() == Actions{action::Core{"."}});
}

TEST_CASE("a timeout has a time and actions") {
  const auto timeout = parse_on_timeout("20m:report,core=d,kill").value();
  CHECK(timeout.after == seconds(1200));
  CHECK(timeout.actions == Actions{action::Report{}, action::Core{"d"}, action::Kill{}});
}

TEST_CASE("what is no policy is refused") {
  for (const auto* text : {"", ",", "reports", "core=", "report=", "wait", "wait=", "wait=0", "wait=-1", "wait=1d",
                           "kill", "report,,core", "wait=99999999999999999999", "wait=9999999h"})
    CHECK_FALSE(parse_on_crash(text));
  for (const auto* text : {"", "20m", "20m:", ":report", "report", "0:report", "1m:wait", "1m:syscalls=1", "1m:kill=9"})
    CHECK_FALSE(parse_on_timeout(text));
  CHECK_FALSE(parse_follow("some"));
}

TEST_CASE("times have units") {
  CHECK(parse_duration("90").value() == seconds(90));
  CHECK(parse_duration("90s").value() == seconds(90));
  CHECK(parse_duration("2h").value() == seconds(7200));
  CHECK(duration_text(seconds(90)) == "90 s");
  CHECK(duration_text(seconds(600)) == "10 min");
  CHECK(duration_text(seconds(7200)) == "2 h");
}

TEST_CASE("patterns are for names, or for paths") {
  CHECK(matches("unit_*", "/build/unit_tests"));
  CHECK_FALSE(matches("unit_*", "/unit_1/prog"));
  CHECK(matches("*/unit_*", "/build/deep/unit_tests"));
  CHECK(matches("p?og", "/bin/prog"));
  CHECK_FALSE(matches("prog", "/bin/program"));
  CHECK(matches("*a*b*", "xxaxxbxx"));
  CHECK_FALSE(matches("*a*b", "xxaxxbxx"));
  CHECK(matches("*", ""));
  CHECK(is_meant({}, "/anything"));
  Policy policy;
  policy.only = {"a", "b*"};
  CHECK(is_meant(policy, "/bin/bb"));
  CHECK_FALSE(is_meant(policy, "/bin/ab"));
}

TEST_CASE("a pattern of many stars comes to an end") {
  CHECK_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(20000, 'a')));
}

TEST_CASE("a crash is a signal that dumps core, and that nothing keeps from it") {
  for (const auto signal : {segv, trap, abort_signal}) {
    CHECK(is_crash(signal, {}));
    CHECK_FALSE(is_crash(signal, {.caught = bit(signal)}));
    CHECK_FALSE(is_crash(signal, {.ignored = bit(signal)}));
    CHECK_FALSE(is_crash(signal, {.blocked = bit(signal)}));
  }
  CHECK(is_crash(segv, {.blocked = bit(trap), .ignored = bit(pipe_signal), .caught = bit(abort_signal)}));
  for (const auto signal : {terminate, pipe_signal, quit, signals::interrupt, signals::kill, signals::none})
    CHECK_FALSE(is_crash(signal, {}));
}

TEST_CASE("a file's name can have the process's number in it") {
  CHECK(file_name("r-%p.json", 17) == "r-17.json");
  CHECK(file_name("100%%p%", 17) == "100%p%");
}

TEST_CASE("a hang too may wait for a debugger, and system calls are recorded for either") {
  const auto timeout = parse_on_timeout("20m:report,core,wait=10m,kill").value();
  CHECK(timeout.actions ==
        Actions{action::Report{}, action::Core{"."}, action::Wait{std::chrono::seconds(600)}, action::Kill{}});
  CHECK(waits({.on_timeout = timeout}));
  CHECK_FALSE(waits({}));
  CHECK(records_calls({.on_crash = parse_on_crash("report,syscalls").value()}));
  CHECK(records_calls({.on_timeout = parse_on_timeout("1m:syscalls,report").value()}));
  CHECK_FALSE(records_calls({}));
}
