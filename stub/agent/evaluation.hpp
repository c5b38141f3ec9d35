// Evaluation: one run of an expression: its stack, and where it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "stub/agent/expression.hpp"
#include "stub/agent/machine.hpp"

namespace stub::agent {

class Evaluation {
 public:
  static constexpr std::size_t most_values = 256;

  Evaluation(const Expression& expression, Machine& machine, Budget& budget)
      : code_(expression.code()), machine_(machine), budget_(budget) {}

  // The value on top of the stack at the end; nothing if the stack is empty then.
  Result<std::optional<std::uint64_t>> run();

  // For the instructions.
  Result<> push(std::uint64_t value);
  Result<std::uint64_t> pop();
  // The nth value from the top, which is 0.
  Result<std::uint64_t> peek(std::size_t n) const;
  // The next operand, whose first byte is the highest.
  std::uint64_t operand(std::size_t bytes);
  ByteView operand_bytes(std::size_t bytes);
  void jump(std::uint64_t to) { next_ = static_cast<std::size_t>(to); }
  void finish() { next_ = code_.size(); }
  [[nodiscard]] Machine& machine() { return machine_; }
  [[nodiscard]] Budget& budget() { return budget_; }

 private:
  ByteView code_;
  Machine& machine_;
  Budget& budget_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
  std::array<std::uint64_t, most_values> stack_{};
};

}  // namespace stub::agent
