// Starts a program under PTRACE_SEIZE, stopped at its exec.
#pragma once

#include <sys/types.h>

#include <functional>

#include "protocol/error.hpp"
#include "stub/target/kernel.hpp"

namespace stub {

// `signal_mask` is what the program shall start with; `warn` is told what could not be done but does not matter.
Result<pid_t> spawn_traced(const LaunchRequest& request, const sigset_t& signal_mask, long ptrace_options,
                           const std::function<void(std::string)>& warn);

}  // namespace stub
