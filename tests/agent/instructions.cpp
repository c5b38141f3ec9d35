// Every instruction of the agent's bytecode, as the GDB manual describes it ("Bytecode Descriptions").
#include "stub/agent/instructions.hpp"

#include <vector>

#include "tests/support/agent_machine.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::test;

namespace {

struct Row {
  const char* what;
  const char* code;
  const char* outcome;
};

void check(const std::vector<Row>& rows) {
  AgentMachine machine;
  machine.registers = {{0, 0x1122334455667788}, {16, 0x401000}, {0x1ff, 7}};
  machine.memory = {0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88};
  for (const auto& row : rows) {
    CAPTURE(row.what, row.code);
    CHECK(outcome(row.code, machine) == row.outcome);
  }
}

}  // namespace

TEST_CASE("constants") {
  check({
      {"const8", "22ff 27", "ff"},
      {"const16", "23fffe 27", "fffe"},
      {"const32", "24fffefdfc 27", "fffefdfc"},
      {"const64", "250123456789abcdef 27", "123456789abcdef"},
  });
}

TEST_CASE("arithmetic is defined for all values") {
  check({
      {"add", "2202 2203 02 27", "5"},
      {"add wraps", "25ffffffffffffffff 2202 02 27", "1"},
      {"sub", "2207 2203 03 27", "4"},
      {"sub wraps", "2203 2207 03 27", "fffffffffffffffc"},
      {"mul", "2206 2207 04 27", "2a"},
      {"mul wraps", "258000000000000001 2202 04 27", "2"},
      {"div_signed", "25fffffffffffffff9 2202 05 27", "fffffffffffffffd"},
      {"div_signed, smallest by -1", "258000000000000000 25ffffffffffffffff 05 27", "8000000000000000"},
      {"div_signed by zero", "2201 2200 05 27", "failed: the expression divides by zero"},
      {"div_unsigned", "25fffffffffffffff9 2202 06 27", "7ffffffffffffffc"},
      {"div_unsigned by zero", "2201 2200 06 27", "failed: the expression divides by zero"},
      {"rem_signed", "25fffffffffffffff9 2202 07 27", "ffffffffffffffff"},
      {"rem_signed, smallest by -1", "258000000000000000 25ffffffffffffffff 07 27", "0"},
      {"rem_signed by zero", "2201 2200 07 27", "failed: the expression divides by zero"},
      {"rem_unsigned", "25fffffffffffffff9 2205 08 27", "4"},
      {"rem_unsigned by zero", "2201 2200 08 27", "failed: the expression divides by zero"},
  });
}

TEST_CASE("shifts by as much as there are bits, or more, leave nothing but a sign") {
  check({
      {"lsh", "2203 2204 09 27", "30"},
      {"lsh by 63", "2203 223f 09 27", "8000000000000000"},
      {"lsh by 64", "2203 2240 09 27", "0"},
      {"lsh by a lot", "2203 25ffffffffffffffff 09 27", "0"},
      {"rsh_signed", "25fffffffffffffff0 2202 0a 27", "fffffffffffffffc"},
      {"rsh_signed by 64", "25fffffffffffffff0 2240 0a 27", "ffffffffffffffff"},
      {"rsh_signed by a lot", "2270 25ffffffffffffffff 0a 27", "0"},
      {"rsh_unsigned", "25fffffffffffffff0 2204 0b 27", "fffffffffffffff"},
      {"rsh_unsigned by 64", "25fffffffffffffff0 2240 0b 27", "0"},
  });
}

TEST_CASE("logic and comparison") {
  check({
      {"log_not of nothing", "2200 0e 27", "1"},
      {"log_not of something", "2207 0e 27", "0"},
      {"bit_and", "220c 220a 0f 27", "8"},
      {"bit_or", "220c 220a 10 27", "e"},
      {"bit_xor", "220c 220a 11 27", "6"},
      {"bit_not", "220f 12 27", "fffffffffffffff0"},
      {"equal", "2207 2207 13 27", "1"},
      {"not equal", "2207 2208 13 27", "0"},
      {"less_signed", "25ffffffffffffffff 2201 14 27", "1"},
      {"less_signed, not", "2201 25ffffffffffffffff 14 27", "0"},
      {"less_signed, the same", "2201 2201 14 27", "0"},
      {"less_unsigned", "2201 25ffffffffffffffff 15 27", "1"},
      {"less_unsigned, not", "25ffffffffffffffff 2201 15 27", "0"},
  });
}

TEST_CASE("extensions take any number of bits") {
  check({
      {"ext, negative", "22ff 1608 27", "ffffffffffffffff"},
      {"ext, positive", "23ff7f 1608 27", "7f"},
      {"ext of 1 bit", "2203 1601 27", "ffffffffffffffff"},
      {"ext of 63 bits", "254000000000000000 163f 27", "c000000000000000"},
      {"ext of 64 bits", "258000000000000001 1640 27", "8000000000000001"},
      {"ext of 255 bits", "258000000000000001 16ff 27", "8000000000000001"},
      {"ext of no bits", "22ff 1600 27", "0"},
      {"zero_ext", "25ffffffffffffffff 2a20 27", "ffffffff"},
      {"zero_ext of 64 bits", "25ffffffffffffffff 2a40 27", "ffffffffffffffff"},
      {"zero_ext of 255 bits", "25ffffffffffffffff 2aff 27", "ffffffffffffffff"},
      {"zero_ext of no bits", "22ff 2a00 27", "0"},
  });
}

TEST_CASE("memory is read as little-endian numbers without a sign") {
  check({
      {"ref8", "231000 17 27", "80"},
      {"ref16", "231000 18 27", "8180"},
      {"ref32", "231001 19 27", "84838281"},
      {"ref64", "231001 1a 27", "8887868584838281"},
      {"ref64 beyond", "231002 1a 27", "failed: cannot read"},
      {"ref8 nowhere", "2200 17 27", "failed: cannot read"},
  });
}

TEST_CASE("registers have gdb's numbers, two bytes of them") {
  check({
      {"reg 0", "260000 27", "1122334455667788"},
      {"reg 16", "260010 27", "401000"},
      {"reg 511", "2601ff 27", "7"},
      {"reg 1", "260001 27", "failed: no such register"},
  });
}

TEST_CASE("the stack") {
  check({
      {"end at once", "27", "empty"},
      {"dup", "2205 28 02 27", "a"},
      {"pop", "2205 2206 29 27", "5"},
      {"pop the last", "2205 29 27", "empty"},
      {"swap", "2207 2203 2b 03 27", "fffffffffffffffc"},
      {"pick 0", "2205 2206 3200 27", "6"},
      {"pick 2", "2205 2206 2207 3202 27", "5"},
      {"rot: the second is on top", "2201 2202 2203 33 27", "2"},
      {"rot: the third is next", "2201 2202 2203 33 29 27", "1"},
      {"rot: the top is third", "2201 2202 2203 33 29 29 27", "3"},
  });
}

TEST_CASE("what is not on the stack cannot be taken from it") {
  const auto failed = "failed: the expression takes more from its stack than is there";
  check({{"pop", "29 27", failed},
         {"add", "2201 02 27", failed},
         {"div_unsigned", "2201 06 27", failed},
         {"log_not", "0e 27", failed},
         {"bit_not", "12 27", failed},
         {"ext", "1608 27", failed},
         {"zero_ext", "2a08 27", failed},
         {"ref8", "17 27", failed},
         {"dup", "28 27", failed},
         {"pick", "2201 3201 27", failed},
         {"swap", "2201 2b 27", failed},
         {"rot", "2201 2202 33 27", failed},
         {"if_goto", "200003 27", failed},
         {"printf", "2200 34 00 0001 00 27", failed},
         {"printf's argument", "2200 2200 34 01 0001 00 27", failed}});
}

TEST_CASE("jumps go to offsets from the beginning") {
  check({
      {"goto", "210005 2201 2202 27", "2"},
      {"if_goto, yes, to an end", "2201 200007 2205 27 2206 27", "empty"},
      {"if_goto, yes, past an end", "2201 200008 2205 27 2206 27", "6"},
      {"if_goto, no", "2200 200008 2205 27 2206 27", "5"},
      // counts down from 3, and leaves how often
      {"a loop", "2200 2203 2b 2201 02 2b 2201 03 28 200004 29 27", "3"},
  });
}

TEST_CASE("a loop without end and a stack without end are ended") {
  check({
      {"goto 0", "210000", "failed: the expression takes too many steps"},
      {"push for ever", "2201 210000", "failed: the expression needs too much stack"},
  });
}

TEST_CASE("every instruction that is served is served and every other refused") {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const bool ours = (opcode >= 0x02 && opcode <= 0x0b) || (opcode >= 0x0e && opcode <= 0x1a) ||
                      (opcode >= 0x20 && opcode <= 0x2b) || (opcode >= 0x32 && opcode <= 0x34);
    CAPTURE(opcode);
    const auto* instruction = agent::find_instruction(static_cast<std::uint8_t>(opcode));
    CHECK((instruction != nullptr && instruction->run != nullptr) == ours);
  }
}

TEST_CASE("printf takes its arguments from the stack, the first from its top") {
  AgentMachine machine;
  CHECK(outcome("2203 2202 2201 " + print_code("%d-%d-%d\\n", 3) + "27", machine) == "empty");
  CHECK(machine.printed == "1-2-3\n");
  CHECK(outcome("22aa 2201 " + print_code("%d", 1) + "27", machine) == "aa");
}

// gdb 13: dprintf tick,"at %d %c %lx\n", ticks, 65, $rsp
TEST_CASE("what gdb sends for a dprintf is printed") {
  AgentMachine machine;
  machine.registers = {{7, 0x7fffffffe620}};
  machine.base = {0x55555555803c};
  machine.memory = {0xfe, 0xff, 0xff, 0xff};
  CHECK(outcome("2600072a40224125000055555555803c191620220022003403000f617420256420256320256c785c6e0027", machine) ==
        "empty");
  CHECK(machine.printed == "at -2 A 7fffffffe620\n");
}

// gdb 13: break … if ticks == 3 && $rsp != 0
TEST_CASE("what gdb sends for a condition is a condition") {
  const auto* const condition =
      "25000055555555803c1916202203132000152100292600072a402200130e200024210029220121002b220027";
  AgentMachine machine;
  machine.registers = {{7, 0x7fffffffe620}};
  machine.base = {0x55555555803c};
  machine.memory = {3, 0, 0, 0};
  CHECK(outcome(condition, machine) == "1");
  machine.memory = {4, 0, 0, 0};
  CHECK(outcome(condition, machine) == "0");
  machine.memory = {3, 0, 0, 0};
  machine.registers[7] = 0;
  CHECK(outcome(condition, machine) == "0");
}

TEST_CASE("what is printed counts too") {
  AgentMachine machine;
  const std::string loop = "2201" + print_code("%1000d", 1) + "210000";
  CHECK(outcome(loop, machine) == "failed: the expression takes too many steps");
  CHECK(machine.printed.size() < agent::Budget::of_a_hit);
  CHECK(machine.printed.size() > 10'000);
}
