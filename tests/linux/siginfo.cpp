// What the kernel says of a signal, read and changed; and which signals a program gets that is let go.
#include <sys/wait.h>

#include <csignal>
#include <cstddef>

#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

constexpr std::size_t value_offset = offsetof(siginfo_t, si_value);
const ResumeRequest with_usr1{.signal = signal(SIGUSR1)};

int exit_code_of(Pid pid) {
  int status = 0;
  REQUIRE(::waitpid(number(pid), &status, 0) == number(pid));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a handler gets the signal information that was written") {
  Live live;
  live.launch("queued");
  REQUIRE(live.go() == "signal 10");
  auto info = live.engine.signal_info(live.first()).value();
  REQUIRE(info.size() == sizeof(siginfo_t));
  CHECK(info[value_offset] == 5);
  info[value_offset] = 77;
  REQUIRE(live.engine.set_signal_info(live.first(), info));
  CHECK(live.engine.signal_info(live.first()).value() == info);
  CHECK(live.go({{live.first(), with_usr1}}) == "exited 77");
}

TEST_CASE("signal information that was overwritten by another stop can be put back") {
  Live live;
  live.launch("queued");
  REQUIRE(live.go() == "signal 10");
  const auto info = live.engine.signal_info(live.first()).value();
  REQUIRE(live.step(live.first()) == "step");
  CHECK(live.engine.signal_info(live.first()).value() != info);
  REQUIRE(live.engine.set_signal_info(live.first(), info));
  CHECK(live.go({{live.first(), with_usr1}}) == "exited 5");
}

TEST_CASE("signal information of another size, or of a thread that runs, is not written") {
  Live live;
  live.launch("queued");
  CHECK(live.engine.set_signal_info(live.first(), Bytes(127)).error().code == Errc::malformed);
  CHECK(live.engine.set_signal_info(live.first(), {}).error().code == Errc::malformed);
  CHECK(live.engine.set_signal_info({live.pid, Tid{1}}, Bytes(128)).error().code == Errc::no_thread);
  live.resume_all();
  CHECK_FALSE(live.engine.set_signal_info(live.first(), Bytes(128)));
}

TEST_CASE("a program that is let go at a signal gets it, unless that is not wanted") {
  for (const bool wanted : {true, false}) {
    Live live;
    live.launch("queued");
    if (!wanted) live.engine.deliver_at_detach(live.pid, std::set<KernelSignal>{});
    REQUIRE(live.go() == "signal 10");
    REQUIRE(live.engine.detach(live.pid));
    CHECK(exit_code_of(live.pid) == (wanted ? 5 : 99));
  }
}

}  // namespace stub
