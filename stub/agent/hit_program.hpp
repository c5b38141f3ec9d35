// HitProgram: what a breakpoint does at a hit before anybody is told: its conditions and its commands, verified.
#pragma once

#include <vector>

#include "protocol/commands/stoppoint.hpp"
#include "stub/agent/expression.hpp"
#include "stub/agent/machine.hpp"

namespace stub::agent {

// Whether a client hears of a hit.
enum class Verdict : std::uint8_t { report, consume };

class HitProgram {
 public:
  // Without conditions and commands: every hit is reported.
  HitProgram() = default;
  static Result<HitProgram> verify(const HitActions& actions);

  // A hit is meant if a condition is true, or cannot be evaluated: better one stop too many. Commands are run at a hit
  // that is meant, instead of a report (GDB manual, "Dynamic Printf").
  [[nodiscard]] Verdict run(Machine& machine) const;
  [[nodiscard]] bool has_commands() const { return !commands_.empty(); }
  [[nodiscard]] Persistence persistence() const { return persistence_; }

 private:
  std::vector<Expression> conditions_;
  std::vector<Expression> commands_;
  Persistence persistence_{};
};

}  // namespace stub::agent
