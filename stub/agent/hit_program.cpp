#include "stub/agent/hit_program.hpp"

#include <algorithm>

#include "stub/agent/evaluation.hpp"

namespace stub::agent {
namespace {

Result<std::vector<Expression>> verify_all(const std::vector<Bytes>& codes) {
  std::vector<Expression> out;
  out.reserve(codes.size());
  for (const auto& code : codes) out.push_back(TRY(Expression::verify(code)));
  return out;
}

bool is_false(const Expression& condition, Machine& machine, Budget& budget) {
  const auto value = Evaluation(condition, machine, budget).run();
  return value && *value == std::uint64_t{0};
}

}  // namespace

Result<HitProgram> HitProgram::verify(const HitActions& actions) {
  HitProgram out;
  out.conditions_ = TRY(verify_all(actions.conditions));
  out.commands_ = TRY(verify_all(actions.commands));
  out.persistence_ = actions.persistence;
  return out;
}

// One budget for all of them: their number is the client's choice too.
Verdict HitProgram::run(Machine& machine) const {
  Budget budget;
  const auto no = [&](const Expression& condition) { return is_false(condition, machine, budget); };
  if (!conditions_.empty() && std::ranges::all_of(conditions_, no)) return Verdict::consume;
  if (commands_.empty()) return Verdict::report;
  for (const auto& command : commands_) {
    const auto done = Evaluation(command, machine, budget).run();
    if (!done) machine.print("<a breakpoint's command failed: " + done.error().text + ">\n");
  }
  return Verdict::consume;
}

}  // namespace stub::agent
