// What is behind a breakpoint's kind: conditions and commands, each with its length.
#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;

namespace {

HitActions actions(std::string_view wire) { return parsed<InsertStoppoint>(wire).actions; }

}  // namespace

TEST_CASE("a breakpoint without more has no actions") {
  const auto plain = actions("Z0,401000,1");
  CHECK(plain.conditions.empty());
  CHECK(plain.commands.empty());
  CHECK(plain.persistence == Persistence::with_client);
}

TEST_CASE("conditions come one behind the other, as gdb sends them, or apart, as the manual has it") {
  const std::vector<Bytes> two = {{0x22, 0x01, 0x27}, {0x27}};
  CHECK(actions("Z0,401000,1;X3,220127").conditions == std::vector<Bytes>{{0x22, 0x01, 0x27}});
  CHECK(actions("Z0,401000,1;X3,220127X1,27").conditions == two);
  CHECK(actions("Z0,401000,1;X3,220127;X1,27").conditions == two);
}

TEST_CASE("commands say whether they stay without a client") {
  CHECK(actions("Z0,401000,1;cmds:0,X1,27").persistence == Persistence::with_client);
  const auto staying = actions("Z0,401000,1;cmds:1,X1,27X3,220127");
  CHECK(staying.persistence == Persistence::beyond_client);
  CHECK(staying.commands == std::vector<Bytes>{{0x27}, {0x22, 0x01, 0x27}});
  CHECK(staying.conditions.empty());
}

TEST_CASE("a breakpoint can have conditions and commands") {
  const auto both = actions("Z0,401000,1;X3,220127;cmds:1,X1,27");
  CHECK(both.conditions == std::vector<Bytes>{{0x22, 0x01, 0x27}});
  CHECK(both.commands == std::vector<Bytes>{{0x27}});
}

TEST_CASE("what is not whole is malformed") {
  const auto* const wire = GENERATE(
      "Z0,401000,1;", "Z0,401000,1;;", "Z0,401000,1;X", "Z0,401000,1;X1", "Z0,401000,1;X1,", "Z0,401000,1;X1,2",
      "Z0,401000,1;X1,zz", "Z0,401000,1;X1,27x", "Z0,401000,1;X1,2727", "Z0,401000,1;X2,27", "Z0,401000,1X1,27",
      "Z0,401000,1;X,27", "Z0,401000,1;Y1,27", "Z0,401000,1;X1,27;", "Z0,401000,1;cmds",
      "Z0,401000,1;cmds:", "Z0,401000,1;cmds:1", "Z0,401000,1;cmds:1,", "Z0,401000,1;cmds:,X1,27",
      "Z0,401000,1;cmds:1,X2,27", "Z0,401000,1;cmds:1,27", "z0,401000,1;X1,27", "Z2,401000,1;X1,27");
  CAPTURE(wire);
  CHECK(is_malformed(wire));
}

// gdbserver 13 to 18 die of the first.
TEST_CASE("a length must be what is really there") {
  CHECK(is_malformed("Z0,401000,1;Xffffffff,00"));
  CHECK(is_malformed("Z0,401000,1;X7fffffffffffffff,00"));
  CHECK(is_malformed("Z0,401000,1;X8000000000000000,00"));
  CHECK(is_malformed("Z0,401000,1;Xffffffffffffffff,00"));
  CHECK(is_malformed("Z0,401000,1;X10000000000000000,00"));
  CHECK(is_malformed("Z0,401000,1;cmds:1,Xffffffff,00"));
}
