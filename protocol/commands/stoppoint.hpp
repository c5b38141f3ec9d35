// Commands about breakpoints and watchpoints.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "protocol/types.hpp"

namespace stub {

// The digit behind Z and z. Others are not commands: their reply is empty.
enum class StoppointType : std::uint8_t {
  software_breakpoint = 0,
  hardware_breakpoint = 1,
  write_watchpoint = 2,
  read_watchpoint = 3,
  access_watchpoint = 4,
};

// clang-format off: a line for each
struct Stoppoint {
  StoppointType type{};
  Address address;
  std::uint64_t kind = 0;  // a breakpoint's instruction size, a watchpoint's length; bytes

  friend auto operator<=>(const Stoppoint&, const Stoppoint&) = default;
};

// Whether a breakpoint goes when its client does.
enum class Persistence : std::uint8_t { with_client, beyond_client };

// What is to be done at a breakpoint's hit before the client hears of it: bytecode, not looked at yet.
struct HitActions {
  std::vector<Bytes> conditions;  // none: each hit is meant
  std::vector<Bytes> commands;    // in place of a report
  Persistence persistence{};
};

struct InsertStoppoint {                             // Z
  Stoppoint stoppoint;
  HitActions actions;
};
struct RemoveStoppoint { Stoppoint stoppoint; };     // z
struct QueryWatchpointSupport {};                    // qWatchpointSupportInfo:
// clang-format on

using StoppointCommand = std::variant<InsertStoppoint, RemoveStoppoint, QueryWatchpointSupport>;

}  // namespace stub
