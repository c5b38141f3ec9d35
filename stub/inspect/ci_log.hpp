// How text is folded in the logs of CI systems, and a failure made to stand out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stub/inspect/backtrace.hpp"

namespace stub::inspect {

enum class CiSystem : std::uint8_t { none, github, gitlab };

// By the variables that they set for what they run: NAME=VALUE each.
[[nodiscard]] CiSystem ci_system(const std::vector<std::string>& environment);

// Whole lines under a title. GitLab knows a group by its name, and wants to know when it was, in seconds since 1970.
[[nodiscard]] std::string ci_group(CiSystem system, std::string_view name, std::string_view title,
                                   std::string_view text, std::uint64_t now);
// A line that GitHub shows beside the run, and at the source line if there is one; empty where there is no such thing.
[[nodiscard]] std::string ci_error(CiSystem system, std::string_view message, const std::optional<SourceLine>& line);

}  // namespace stub::inspect
