// Conditions and commands of one hit: what is reported, what is consumed, what is printed.
#include "stub/agent/hit_program.hpp"

#include "tests/support/agent_machine.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::test;
using agent::Verdict;

namespace {

const Bytes yes = code("2201 27"), no = code("2200 27"), fails = code("2200 17 27"), endless = code("210000"),
            nothing = code("27"), says_hi = code(print_code("hi\\n", 0) + "27");

Verdict verdict(AgentMachine& machine, const std::vector<Bytes>& conditions, const std::vector<Bytes>& commands = {}) {
  return agent::HitProgram::verify({conditions, commands, {}}).value().run(machine);
}

}  // namespace

TEST_CASE("without conditions and commands every hit is reported") {
  AgentMachine machine;
  CHECK(agent::HitProgram().run(machine) == Verdict::report);
  CHECK(verdict(machine, {}) == Verdict::report);
}

TEST_CASE("a hit is reported if one condition is true") {
  AgentMachine machine;
  CHECK(verdict(machine, {yes}) == Verdict::report);
  CHECK(verdict(machine, {no}) == Verdict::consume);
  CHECK(verdict(machine, {no, yes}) == Verdict::report);
  CHECK(verdict(machine, {no, no}) == Verdict::consume);
}

TEST_CASE("a hit is reported if a condition cannot be evaluated") {
  AgentMachine machine;
  CHECK(verdict(machine, {fails}) == Verdict::report);
  CHECK(verdict(machine, {no, fails}) == Verdict::report);
  CHECK(verdict(machine, {endless}) == Verdict::report);
  CHECK(verdict(machine, {nothing}) == Verdict::report);
}

TEST_CASE("commands are run in place of a report, where the condition is true") {
  AgentMachine machine;
  CHECK(verdict(machine, {}, {says_hi, says_hi}) == Verdict::consume);
  CHECK(machine.printed == "hi\nhi\n");
  CHECK(verdict(machine, {yes}, {says_hi}) == Verdict::consume);
  CHECK(machine.printed == "hi\nhi\nhi\n");
  CHECK(verdict(machine, {no}, {says_hi}) == Verdict::consume);
  CHECK(machine.printed == "hi\nhi\nhi\n");
}

TEST_CASE("a command that fails says so, and the next one is run") {
  AgentMachine machine;
  CHECK(verdict(machine, {}, {fails, says_hi}) == Verdict::consume);
  CHECK(machine.printed == "<a breakpoint's command failed: cannot read>\nhi\n");
}

TEST_CASE("all conditions of a hit share its steps") {
  const Bytes long_but_false = code("230bb8 2201 03 28 200003 27");  // 3000 turns of 4 steps
  AgentMachine machine;
  CHECK(verdict(machine, std::vector(5, long_but_false)) == Verdict::consume);
  CHECK(verdict(machine, std::vector(50, long_but_false)) == Verdict::report);
}

TEST_CASE("one bad expression refuses all of them") {
  CHECK_FALSE(agent::HitProgram::verify({{yes, code("00")}, {}, {}}));
  CHECK_FALSE(agent::HitProgram::verify({{yes}, {says_hi, {}}, {}}));
  CHECK(agent::HitProgram::verify({{}, {}, Persistence::beyond_client})->persistence() == Persistence::beyond_client);
}
