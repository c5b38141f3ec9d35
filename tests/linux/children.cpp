// Children that nobody follows, and exec, on Linux. The programs' exit codes tell whether their children were well.
#include <unistd.h>

#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {

TEST_CASE("a forked child passes where its parent has breakpoints") {
  for (const auto& cpu : architectures()) {
    Live live;
    live.launch("forks" + cpu);
    const auto work = live.hear().first;
    live.insert(work);
    CHECK(live.go_to_the_end() == "exited 0");
  }
}

TEST_CASE("children started by posix_spawn and by fork and exec come to their ends") {
  for (const auto& cpu : architectures()) {
    Live live;
    live.launch("spawns" + cpu);
    const auto execve = live.hear().first;
    live.insert(execve);
    CHECK(live.go_to_the_end() == "exited 0");
  }
}

TEST_CASE("a thread's process and its parent are known, and of a thread that is gone nothing") {
  Live live;
  live.launch("forks");
  const auto family = live.kernel.family_of(leader(live.pid));
  REQUIRE(family);
  CHECK(family->process == live.pid);
  CHECK(family->parent == Pid{::getpid()});
  live.hear();
  live.engine.set_interests(live.pid, {.forks = true});
  const auto event = live.go_on();
  const auto child = std::get<stop::Fork>(event.what).child;
  CHECK(live.kernel.family_of(child.tid)->parent == live.pid);
  REQUIRE(live.engine.kill(live.pid));
  CHECK_FALSE(live.kernel.family_of(leader(live.pid)));
  REQUIRE(live.engine.kill(child.pid));
}

TEST_CASE("a vfork child is unharmed") {
  for (const auto& cpu : architectures()) {
    Live live;
    live.launch("vforks" + cpu);
    CHECK(live.go_to_the_end() == "exited 1");
  }
}

// What a child shares is read from the call's own registers: clone by posix_spawn, vfork.
TEST_CASE("a breakpoint is still there after a child has borrowed the memory that it is in") {
  for (const auto& cpu : architectures()) {
    for (const std::string name : {"spawns", "vforks"}) {
      INFO(name << cpu);
      Live live;
      live.launch(name + cpu, {"tell"});
      const auto address = live.hear().first;
      live.insert(address);
      REQUIRE(live.go() == "signal 17");  // the child's end
      Bytes there(1);
      live.kernel.read_memory(live.pid, address, there);
      CHECK(there == live.engine.architecture(live.pid)->breakpoint);
      CHECK(live.go_to_the_end() == (name == "spawns" ? "exited 0" : "exited 1"));
    }
  }
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
