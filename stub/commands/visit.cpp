#include "stub/commands/visit.hpp"

namespace stub::commands {

// What would be warned of is about breakpoints and launches.
Visit::Visit()
    : kernel_(ticker_, child_signals_.mask_before(), [](const std::string&) {}),
      engine_(kernel_, [](const std::string&) {}, [](std::string_view) {}) {}

Visit::~Visit() {
  for (const auto pid : engine_.processes()) static_cast<void>(engine_.detach(pid));
}

Result<> Visit::begin(Pid pid) {
  const auto attached = engine_.attach(pid);
  if (attached) return {};
  const auto failure = "cannot look at process " + std::to_string(number(pid)) + ": ";
  if (attached.error().code == Errc::no_thread) return fail(Errc::no_process, failure + "there is no such process");
  return fail(attached.error().code, failure + attached.error().text);
}

}  // namespace stub::commands
