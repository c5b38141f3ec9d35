// Looking for processes of the host.
#pragma once

#include <set>
#include <string_view>

#include "protocol/commands/platform.hpp"
#include "stub/target/host.hpp"

namespace stub {

[[nodiscard]] bool is_wanted(Host& host, const ProcessFilter& filter, Pid pid, const ProcessFacts& facts);

// Those that we may attach to and whose program's file has this name.
[[nodiscard]] std::set<Pid> processes_named(Host& host, std::string_view name);

}  // namespace stub
