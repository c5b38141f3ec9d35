// Instructions: the table of the agent's bytecode (GDB manual, "Bytecode Descriptions").
#pragma once

#include <cstdint>
#include <string_view>

#include "stub/agent/evaluation.hpp"

namespace stub::agent {

struct Instruction {
  std::string_view name;
  std::size_t operands = 0;                // bytes; printf has more
  Result<> (*run)(Evaluation&) = nullptr;  // null: the manual has it, we do not
};

// Null for a byte that is no instruction.
[[nodiscard]] const Instruction* find_instruction(std::uint8_t code);

constexpr std::uint8_t op_if_goto = 0x20, op_goto = 0x21, op_end = 0x27, op_printf = 0x34;

}  // namespace stub::agent
