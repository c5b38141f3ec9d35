// Why tracing is refused, in words: cause and cure.
#pragma once

#include <optional>
#include <string>

#include "protocol/types.hpp"

namespace stub {

// After an EPERM: looks at who traces the process already, at Yama, seccomp and capabilities. No pid: a child of our
// own.
[[nodiscard]] std::string why_not_traceable(std::optional<Pid> pid);

// Why a process could not be attached to; nothing: it could. Nothing is done to it.
[[nodiscard]] std::optional<std::string> why_not_attachable(Pid pid);

}  // namespace stub
