// Starts a program under PTRACE_SEIZE, stopped at its exec.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "protocol/error.hpp"
#include "stub/target/kernel.hpp"

namespace stub {

// A debuggee is a group of its own, and what is here goes before $PATH. Or it is started as our caller would have done.
enum class SpawnManner : std::uint8_t { debuggee, as_caller };

// `signal_mask` is what the program shall start with; `warn` is told what could not be done but does not matter.
Result<pid_t> spawn_traced(const LaunchRequest& request, const sigset_t& signal_mask, long ptrace_options,
                           const std::function<void(std::string)>& warn, SpawnManner manner = SpawnManner::debuggee);

// Becomes that program itself, as our caller would have started it. Returns only why not.
Error exec_as_caller(const std::vector<std::string>& words);

}  // namespace stub
