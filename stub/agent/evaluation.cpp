#include "stub/agent/evaluation.hpp"

#include "stub/agent/instructions.hpp"

namespace stub::agent {

Result<std::optional<std::uint64_t>> Evaluation::run() {
  while (next_ < code_.size()) {
    TRY(budget_.spend(1));
    TRY(find_instruction(code_[next_++])->run(*this));
  }
  if (depth_ == 0) return std::nullopt;
  return stack_[depth_ - 1];
}

Result<> Evaluation::push(std::uint64_t value) {
  if (depth_ == stack_.size()) return fail(Errc::unsupported, "the expression needs too much stack");
  stack_[depth_++] = value;
  return {};
}

Result<std::uint64_t> Evaluation::pop() {
  const auto value = TRY(peek(0));
  --depth_;
  return value;
}

Result<std::uint64_t> Evaluation::peek(std::size_t n) const {
  if (n >= depth_) return fail(Errc::malformed, "the expression takes more from its stack than is there");
  return stack_[depth_ - 1 - n];
}

std::uint64_t Evaluation::operand(std::size_t bytes) { return big_endian(operand_bytes(bytes)); }

// Verified to be there.
ByteView Evaluation::operand_bytes(std::size_t bytes) {
  const auto found = code_.subspan(next_, bytes);
  next_ += bytes;
  return found;
}

}  // namespace stub::agent
