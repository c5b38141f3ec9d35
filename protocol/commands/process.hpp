// Commands about whole processes.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "protocol/types.hpp"

namespace stub {

// clang-format off: a line for each
struct QueryStopReason {};                            // ?
struct Kill {};                                       // k: all, no pid
struct KillProcess { Pid pid; };                      // vKill;pid
struct Detach { std::optional<Pid> pid; };            // D, D;pid
struct QueryAttached { std::optional<Pid> pid; };     // qAttached[:pid]: did we attach to it, or start it?
struct QueryHostInfo {};                              // qHostInfo
struct QueryProcessInfo {};                           // qProcessInfo
struct SaveCore { std::string path_hint; };           // qSaveCore[;path-hint:…]: empty: anywhere
// clang-format on

using ProcessCommand =
    std::variant<QueryStopReason, Kill, KillProcess, Detach, QueryAttached, QueryHostInfo, QueryProcessInfo, SaveCore>;

}  // namespace stub
