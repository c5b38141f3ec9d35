// Where a client's paths lead.
#pragma once

#include <string>

#include "stub/session/context.hpp"

namespace stub {

// A platform connection has a working directory of its own (QSetWorkingDir); for others that is the debuggee's.
[[nodiscard]] inline std::string placed(const Context& context, const std::string& path) {
  const auto& folder = context.launch.working_directory;
  const bool relative = context.role == Role::platform && !folder.empty() && !path.starts_with('/');
  return relative ? folder + "/" + path : path;
}

}  // namespace stub
