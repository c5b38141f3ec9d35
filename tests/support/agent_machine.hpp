// AgentMachine: registers and memory for agent expressions, and what they have printed.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "protocol/hex.hpp"
#include "stub/agent/evaluation.hpp"

namespace stub::test {

class AgentMachine final : public agent::Machine {
 public:
  std::map<std::uint32_t, std::uint64_t> registers;
  Address base{0x1000};  // of the only memory
  Bytes memory;
  std::string printed;
  std::size_t reads = 0;

  Result<std::uint64_t> read_register(RegisterNumber reg) override {
    const auto it = registers.find(number(reg));
    if (it == registers.end()) return fail(Errc::no_register, "no such register");
    return it->second;
  }
  Result<Bytes> read_memory(Address address, std::size_t length) override {
    ++reads;
    const auto from = address - base;
    if (from > memory.size() || length > memory.size() - from) return fail(Errc::unreadable, "cannot read");
    const auto begin = memory.begin() + static_cast<std::ptrdiff_t>(from);
    return Bytes(begin, begin + static_cast<std::ptrdiff_t>(length));
  }
  void print(std::string_view text) override { printed += text; }
};

// Code as hex digits; blanks are for the reader.
inline Bytes code(std::string_view digits) {
  std::string packed;
  for (const char c : digits)
    if (c != ' ') packed += c;
  const auto bytes = bytes_from_hex(packed);
  if (!bytes) throw std::invalid_argument("no hex digits: " + packed);
  return *bytes;
}

// What is on top of the stack at the end, in hex; "empty", or why there is nothing.
inline std::string outcome(std::string_view digits, agent::Machine& machine) {
  const auto expression = agent::Expression::verify(code(digits));
  if (!expression) return "refused: " + expression.error().text;
  agent::Budget budget;
  const auto value = agent::Evaluation(*expression, machine, budget).run();
  if (!value) return "failed: " + value.error().text;
  return *value ? hex(**value) : "empty";
}

// The hex digits of a printf and what is to be printed; the arguments are on the stack.
inline std::string print_code(std::string_view format, unsigned arguments) {
  return "2200 2200 34" + hex(arguments, 2) + hex(format.size() + 1, 4) + hex_bytes(format) + "00";
}

}  // namespace stub::test
