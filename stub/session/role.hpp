// Role: what a connection is for. No client says so: its packets tell.
//
// lldb's platform connection begins with QStartNoAckMode and qHostInfo, its debugging connections with QStartNoAckMode
// and qSupported, gdb with qSupported. A connection gets no process before it asks for something that needs one, so
// that a platform connection, which comes first, leaves the process to the debugging connection behind it.
#pragma once

#include <cstdint>

#include "protocol/command.hpp"

namespace stub {

enum class Role : std::uint8_t { undecided, platform, debugging };

[[nodiscard]] Role role_after(Role role, const Command& command);

}  // namespace stub
