// Expression: bytecode for the agent (GDB manual, "Agent Expressions") that was looked at once: every instruction is
// one that we have, its operands are there, and every jump leads to an instruction. What its stack holds is seen when
// it runs.
#pragma once

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub::agent {

class Expression {
 public:
  static Result<Expression> verify(Bytes code);

  [[nodiscard]] ByteView code() const { return code_; }

 private:
  explicit Expression(Bytes code) : code_(std::move(code)) {}

  Bytes code_;
};

[[nodiscard]] std::uint64_t big_endian(ByteView bytes);

}  // namespace stub::agent
