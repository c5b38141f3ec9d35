// Children that nobody follows, and exec, on Linux. The programs' exit codes tell whether their children were well.
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

// To the end, passing signals on (SIGCHLD) and breakpoints over.
std::string to_the_end(Live& live) {
  auto event = live.go_on();
  while (!event.ends_process()) {
    const auto* signal = std::get_if<stop::Signal>(&event.what);
    if (std::holds_alternative<stop::Breakpoint>(event.what)) live.step_off(event.thread);
    event = live.go_on({{event.thread, {.signal = signal != nullptr ? signal->signal : signals::none}}});
  }
  return told(event);
}

}  // namespace

TEST_CASE("a forked child passes where its parent has breakpoints") {
  Live live;
  live.launch("forks");
  const auto work = live.hear().first;
  live.insert(work);
  CHECK(to_the_end(live) == "exited 0");
}

TEST_CASE("children started by posix_spawn and by fork and exec come to their ends") {
  Live live;
  live.launch("spawns");
  const auto execve = live.hear().first;
  live.insert(execve);
  CHECK(to_the_end(live) == "exited 0");
}

TEST_CASE("a vfork child is unharmed") {
  Live live;
  live.launch("vforks");
  CHECK(to_the_end(live) == "exited 1");
}

TEST_CASE("an exec by another thread leaves one thread, at the new program's first instruction") {
  Live live;
  live.launch("exec_by_thread");
  REQUIRE(live.go() == "exec");
  CHECK(live.engine.threads(live.pid) == std::vector{live.first()});
  CHECK(live.engine.executable_path(live.pid) == program("exits_6"));
  CHECK(live.engine.breakpoints(live.pid).empty());
  const auto before = live.pc(live.first());
  REQUIRE(live.step(live.first()) == "step");
  CHECK(live.pc(live.first()) != before);
  CHECK(live.go() == "exited 6");
}

TEST_CASE("an exec forgets breakpoints, and new ones work in the new program") {
  Live live;
  live.launch("exec_by_thread");
  live.insert(live.pc(live.first()));  // where it never comes again
  live.engine.remove_all(live.pid);
  REQUIRE(live.go() == "exec");
  const auto start = live.pc(live.first());
  live.insert(start);
  CHECK(live.go() == "breakpoint");
  CHECK(live.pc(live.first()) == start);
  live.remove(start);
  CHECK(live.go() == "exited 6");
}

TEST_CASE("a detached program with a child on its way ends as it should") {
  for (const std::string name : {"forks", "spawns"}) {
    Live live;
    live.launch(name);
    const auto work = live.hear().first;
    live.insert(work);
    REQUIRE(live.engine.detach(live.pid));
    std::optional<WaitStatus> status;
    for (int i = 0; i < 100 && !status; ++i) status = live.kernel.wait(leader(live.pid), Kernel::Milliseconds(100));
    REQUIRE(status);
    CHECK(std::get<wait_status::Exited>(status->reason).code == 0);
  }
}

}  // namespace stub
