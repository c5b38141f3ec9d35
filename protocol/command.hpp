// Command: one packet from a client, understood. The name table in command.cpp is the index of the protocol.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "protocol/commands/file.hpp"
#include "protocol/commands/launch.hpp"
#include "protocol/commands/memory.hpp"
#include "protocol/commands/platform.hpp"
#include "protocol/commands/process.hpp"
#include "protocol/commands/registers.hpp"
#include "protocol/commands/resume.hpp"
#include "protocol/commands/session.hpp"
#include "protocol/commands/stoppoint.hpp"
#include "protocol/commands/thread.hpp"
#include "protocol/commands/transfer.hpp"
#include "protocol/error.hpp"

namespace stub {

// A packet that we do not serve: the reply is empty, as the manual demands.
struct UnknownCommand {};

using Command =
    std::variant<UnknownCommand, SessionCommand, ProcessCommand, LaunchCommand, ThreadCommand, ResumeCommand,
                 MemoryCommand, RegisterCommand, StoppointCommand, TransferCommand, FileCommand, PlatformCommand>;

// Total: any bytes give a Command or an Error. The length of whatever the command holds is bounded by `packet`.
[[nodiscard]] Result<Command> parse_command(std::string_view packet);

}  // namespace stub
