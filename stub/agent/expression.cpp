#include "stub/agent/expression.hpp"

#include <vector>

#include "stub/agent/instructions.hpp"

namespace stub::agent {
namespace {

struct Place {
  const Instruction* instruction = nullptr;
  std::size_t size = 0;  // of instruction and operands
};

std::unexpected<Error> cut_short() { return fail(Errc::malformed, "an agent expression ends within an instruction"); }

// printf's operands are the number of its arguments, a length of two bytes, and a text with its NUL.
Result<std::size_t> size_of_printf(ByteView code) {
  constexpr std::size_t fixed = 4;
  if (code.size() < fixed) return cut_short();
  const auto length = static_cast<std::size_t>(big_endian(code.subspan(2, 2)));
  if (length > code.size() - fixed) return cut_short();
  if (length == 0 || code[fixed + length - 1] != 0)
    return fail(Errc::malformed, "a format of an agent expression has no end");
  return fixed + length;
}

Result<Place> decode(ByteView code) {
  const auto* instruction = find_instruction(code.front());
  if (instruction == nullptr) return fail(Errc::malformed, "no such instruction in an agent expression");
  if (instruction->run == nullptr)
    return fail(Errc::unsupported, "agent expressions with " + std::string(instruction->name) + " are not supported");
  if (code.front() == op_printf) return Place{instruction, TRY(size_of_printf(code))};
  const std::size_t size = 1 + instruction->operands;
  if (size > code.size()) return cut_short();
  return Place{instruction, size};
}

bool is_jump(std::uint8_t code) { return code == op_goto || code == op_if_goto; }

}  // namespace

std::uint64_t big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const auto byte : bytes) value = value << 8 | byte;
  return value;
}

Result<Expression> Expression::verify(Bytes code) {
  std::vector<bool> begins(code.size());
  std::vector<std::uint64_t> targets;
  std::uint8_t last = 0;
  for (std::size_t at = 0; at < code.size();) {
    const auto rest = ByteView(code).subspan(at);
    const auto place = TRY(decode(rest));
    begins[at] = true;
    last = rest.front();
    if (is_jump(last)) targets.push_back(big_endian(rest.subspan(1, 2)));
    at += place.size;
  }
  if (last != op_end && last != op_goto) return fail(Errc::malformed, "an agent expression has no end");
  for (const auto target : targets)
    if (target >= code.size() || !begins[static_cast<std::size_t>(target)])
      return fail(Errc::malformed, "an agent expression jumps to where no instruction is");
  return Expression(std::move(code));
}

}  // namespace stub::agent
