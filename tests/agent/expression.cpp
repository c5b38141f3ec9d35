// What is refused before it is ever evaluated.
#include "stub/agent/expression.hpp"

#include <random>

#include "tests/support/agent_machine.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::test;

namespace {

std::string refusal(std::string_view digits) {
  const auto expression = agent::Expression::verify(code(digits));
  return expression ? "taken" : expression.error().text;
}

// One of each instruction with operands.
constexpr std::string_view everything =
    "2201 230002 2400000003 250000000000000004 1608 2a10 3201 260007 20001f 210022 29 34 01 0004 25642000 27";

}  // namespace

TEST_CASE("a whole expression is taken and none of its beginnings") {
  const auto whole = code(everything);
  REQUIRE(agent::Expression::verify(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    const auto expression = agent::Expression::verify(Bytes(whole.begin(), whole.begin() + static_cast<int>(length)));
    REQUIRE_FALSE(expression);
    CHECK_FALSE(expression.error().text.empty());
  }
}

TEST_CASE("an expression must end with an end or a jump") {
  CHECK(refusal("") == "an agent expression has no end");
  CHECK(refusal("2227") == "an agent expression has no end");
  CHECK(refusal("2201 02") == "an agent expression has no end");
  CHECK(refusal("2201 200000") == "an agent expression has no end");
  CHECK(refusal("27") == "taken");
  CHECK(refusal("210000") == "taken");
}

TEST_CASE("jumps must lead to instructions") {
  const auto* const nowhere = "an agent expression jumps to where no instruction is";
  CHECK(refusal("210004 27 27") == "taken");
  CHECK(refusal("210001 27") == nowhere);
  CHECK(refusal("210004 27") == nowhere);
  CHECK(refusal("21ffff 27") == nowhere);
  CHECK(refusal("2201 200001 27") == nowhere);
  CHECK(refusal("210004 2227 27") == nowhere);
}

TEST_CASE("what belongs to tracepoints and to floating point is named and refused") {
  CHECK(refusal("0120 27") == "agent expressions with float are not supported");
  CHECK(refusal("2201 2204 0c 27") == "agent expressions with trace are not supported");
  CHECK(refusal("2201 0d04 27") == "agent expressions with trace_quick are not supported");
  CHECK(refusal("2201 300004 27") == "agent expressions with trace16 are not supported");
  CHECK(refusal("2201 2204 2f 27") == "agent expressions with tracenz are not supported");
  CHECK(refusal("2c0001 27") == "agent expressions with getv are not supported");
  CHECK(refusal("2201 2d0001 27") == "agent expressions with setv are not supported");
  CHECK(refusal("2e0001 27") == "agent expressions with tracev are not supported");
  for (const auto* const floating : {"1b 27", "1c 27", "1d 27", "1e 27", "1f 27"})
    CHECK(refusal(floating).ends_with("are not supported"));
}

TEST_CASE("bytes that are no instructions are refused") {
  for (const auto* const none : {"00 27", "31 27", "35 27", "ff 27"})
    CHECK(refusal(none) == "no such instruction in an agent expression");
}

TEST_CASE("a format must be there and have its end") {
  CHECK(refusal("34 00 0003 2564 00 27") == "taken");
  CHECK(refusal("34 00 0000 27") == "a format of an agent expression has no end");
  CHECK(refusal("34 00 0002 2564 27") == "a format of an agent expression has no end");
  CHECK(refusal("34 00 ffff 2564 00 27") == "an agent expression ends within an instruction");
}

TEST_CASE("whatever is taken can be evaluated") {
  std::mt19937 random(29);
  const auto whole = code(everything);
  std::size_t taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    Bytes bytes = whole;
    if (random() % 2 == 0) bytes.resize(1 + random() % 12);
    for (auto changes = 1 + random() % 6; changes != 0; --changes)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 0x35);
    bytes.back() = 0x27;
    const auto expression = agent::Expression::verify(bytes);
    if (!expression) continue;
    ++taken;
    AgentMachine machine;
    agent::Budget budget(1000);
    static_cast<void>(agent::Evaluation(*expression, machine, budget).run());
  }
  CHECK(taken > 1000);
}
