// Attach and detach on Linux: the process is afterwards as it was before.
#include <sys/wait.h>

#include <csignal>

#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

constexpr int exited_3 = 3 << 8;

}  // namespace

TEST_CASE("attach stops all threads, and detach lets them go on") {
  Sleeper sleeper(Sleeper::Job::running);
  {
    Live live;
    live.attach(sleeper.pid());
    CHECK(live.engine.threads(live.pid).size() == 3);
    CHECK(live.engine.origin(live.pid) == Origin::attached);
    for (const auto thread : live.engine.threads(live.pid)) CHECK(live.engine.stopped(thread));
    CHECK(sleeper.state() == 't');
    REQUIRE(live.engine.detach(live.pid));
    CHECK(live.engine.processes().empty());
  }
  CHECK(sleeper.state() != 't');
  CHECK(sleeper.finish() == exited_3);
}

TEST_CASE("detach in the middle of breakpoints leaves none, many times over") {
  Sleeper sleeper(Sleeper::Job::running);
  for (int i = 0; i < 20; ++i) {
    Live live;
    live.attach(sleeper.pid());
    live.insert(sleeper.work());
    REQUIRE(live.go() == "breakpoint");
    CHECK(live.pc(live.engine.threads(live.pid).back()).value != 0);
    if (i % 2 == 0) live.resume_all();
    REQUIRE(live.engine.detach(live.pid));
  }
  CHECK(sleeper.finish() == exited_3);
}

TEST_CASE("detach delivers a signal that was told and not delivered") {
  Sleeper sleeper(Sleeper::Job::running);
  Live live;
  live.attach(sleeper.pid());
  REQUIRE(::kill(sleeper.pid(), SIGUSR1) == 0);
  REQUIRE(live.go() == "signal 10");
  REQUIRE(live.engine.detach(live.pid));
  CHECK(sleeper.line() == "signal");
  CHECK(sleeper.finish() == exited_3);
}

TEST_CASE("a process stopped as a job stays so through attach and detach") {
  Sleeper sleeper(Sleeper::Job::stopped);
  Live live;
  live.attach(sleeper.pid());
  CHECK(live.engine.threads(live.pid).size() == 3);
  CHECK(sleeper.state() == 't');
  REQUIRE(live.engine.detach(live.pid));
  CHECK(sleeper.reaches('T'));
  REQUIRE(::kill(sleeper.pid(), SIGCONT) == 0);
  CHECK(sleeper.finish() == exited_3);
}

TEST_CASE("a client's resume ends a job's stop that was found at attach") {
  Sleeper sleeper(Sleeper::Job::stopped);
  Live live;
  live.attach(sleeper.pid());
  live.insert(sleeper.work());
  CHECK(live.go() == "breakpoint");
  REQUIRE(live.engine.detach(live.pid));
  ::kill(sleeper.pid(), SIGCONT);
  CHECK(sleeper.finish() == exited_3);
}

TEST_CASE("attach to what does not exist, or is traced already, is refused with a reason") {
  Sleeper sleeper(Sleeper::Job::running);
  Live live;
  CHECK_FALSE(live.engine.attach(Pid{0x3fffffff}));
  live.attach(sleeper.pid());
  Live other;
  const auto refused = other.engine.attach(Pid{sleeper.pid()});
  REQUIRE_FALSE(refused);
  CHECK_FALSE(refused.error().text.empty());
  CHECK(other.engine.processes().empty());
}

TEST_CASE("an attached process that is killed tells so") {
  Sleeper sleeper(Sleeper::Job::running);
  Live live;
  live.attach(sleeper.pid());
  live.resume_all();
  REQUIRE(::kill(sleeper.pid(), SIGKILL) == 0);
  const auto event = live.next();
  REQUIRE(event);
  CHECK(told(*event) == "killed 9");
}

}  // namespace stub
