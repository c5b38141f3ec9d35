// Machine: what an agent expression may ask of the thread that it is evaluated for, and what that may cost.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub::agent {

class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  // A register's bits, without a sign.
  virtual Result<std::uint64_t> read_register(RegisterNumber reg) = 0;
  // All of it, or an error.
  virtual Result<Bytes> read_memory(Address address, std::size_t length) = 0;
  virtual void print(std::string_view text) = 0;
};

// A client's loop must not become ours: gdbserver evaluates `goto 0` for ever.
class Budget {
 public:
  static constexpr std::uint64_t of_a_hit = 100'000;

  explicit Budget(std::uint64_t steps = of_a_hit) : left_(steps) {}

  // A step is an instruction, or a byte that is printed.
  Result<> spend(std::uint64_t steps) {
    if (steps > left_) return fail(Errc::unsupported, "the expression takes too many steps");
    left_ -= steps;
    return {};
  }

 private:
  std::uint64_t left_;
};

}  // namespace stub::agent
