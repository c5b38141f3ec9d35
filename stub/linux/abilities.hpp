// Abilities: what of a debugger's work is possible here. Nothing is claimed that was not tried, in a process of its
// own: a seccomp filter may kill whoever asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/types.hpp"
#include "stub/linux/diagnosis.hpp"

namespace stub {

struct Trial {
  std::string what;  // "launch and trace a program"
  bool works = false;
  bool needed = false;  // without it there is no debugging; the rest has another way, or is only missed
  std::string detail;   // how much of it there is; or why not
  Remedy remedy = Remedy::nothing;
};

// With a pid, attaching is tried on that process, which is not stopped for it; otherwise on a process of our own.
[[nodiscard]] std::vector<Trial> try_abilities(std::optional<Pid> pid);

}  // namespace stub
