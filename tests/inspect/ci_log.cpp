// Groups and annotations in the logs of CI systems.
#include "stub/inspect/ci_log.hpp"

#include "tests/support/catch.hpp"

using namespace stub::inspect;

TEST_CASE("CI systems are known by their variables") {
  CHECK(ci_system({"GITHUB_ACTIONS=true"}) == CiSystem::github);
  CHECK(ci_system({"A=1", "GITLAB_CI=true"}) == CiSystem::gitlab);
  CHECK(ci_system({"GITHUB_ACTIONS=", "GITHUB_ACTIONS_X=true", "GITLAB_CI=false"}) == CiSystem::none);
}

TEST_CASE("a group is folded") {
  CHECK(ci_group(CiSystem::none, "crash", "Crash", "a\n", 5) == "Crash\na\n");
  CHECK(ci_group(CiSystem::github, "crash", "100%", "a\nb\n", 5) == "::group::100%25\na\nb\n::endgroup::\n");
  CHECK(ci_group(CiSystem::gitlab, "crash", "Crash", "a\n", 5) ==
        "\x1b[0Ksection_start:5:crash[collapsed=true]\r\x1b[0KCrash\na\n\x1b[0Ksection_end:5:crash\r\x1b[0K\n");
}

TEST_CASE("what the program says is no command to GitHub's runner") {
  CHECK(ci_group(CiSystem::github, "c", "t", " ::stop-commands::x\na ##[command]b\n", 5) ==
        "::group::t\n |::stop-commands::x\na ## [command]b\n::endgroup::\n");
}

TEST_CASE("an error stands at its line") {
  CHECK(ci_error(CiSystem::github, "SIGSEGV: a\nb", SourceLine{"a,b:c.c", 3}) ==
        "::error file=a%2Cb%3Ac.c,line=3::SIGSEGV: a%0Ab\n");
  CHECK(ci_error(CiSystem::github, "x", std::nullopt) == "::error::x\n");
  CHECK(ci_error(CiSystem::gitlab, "x", std::nullopt).empty());
}
