// Which process is meant by a program's name, or by a number in a pid namespace.
#include "stub/linux/process_finder.hpp"

#include "stub/linux/diagnosis.hpp"
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {

TEST_CASE("a number is a process, whether it is there or not") { CHECK(find_process("4711", "").value() == Pid{4711}); }

TEST_CASE("the only process of a program is found by the program's path, and two are listed") {
  const Sleeper one(Sleeper::Job::running);
  const auto path = program("sleeper");
  CHECK(find_process(path, "").value() == Pid{one.pid()});
  const Sleeper two(Sleeper::Job::running);
  const auto several = find_process(path, "");
  REQUIRE_FALSE(several);
  CHECK(several.error().text == "several processes run " + path + " (" + std::to_string(one.pid()) + ", " +
                                    std::to_string(two.pid()) + "): name one by its number");
  CHECK(find_process("no-such-program", "").error().text ==
        "no process that we may look at runs no-such-program; see stub ps");
}

TEST_CASE("a number is looked for in the pid namespace of another process") {
  const Sleeper sleeper(Sleeper::Job::running);
  const auto here = std::to_string(number(own_pid()));
  const auto inner = numbers_of(Pid{sleeper.pid()}).back();
  CHECK(find_process(std::to_string(number(inner)), here).value() == Pid{sleeper.pid()});
  CHECK(find_process("1073741823", here).error().text ==
        "there is no process 1073741823 in the pid namespace of " + here);
  CHECK(find_process("1", "1073741823").error().text == "--in: there is no process 1073741823");
  CHECK(find_process("1", "no-such-cgroup").error().text ==
        "--in: no process that we may look at is in a cgroup named no-such-cgroup");
}

}  // namespace stub
