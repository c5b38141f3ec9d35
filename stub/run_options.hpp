// The command line of `stub run`: run [OPTIONS] [--] COMMAND [ARGS…]. Options that are not given come from variables of
// the environment: --on-crash from STUB_ON_CRASH, and so on.
#pragma once

#include "stub/options.hpp"

namespace stub {

// `arguments` are those behind the word `run`.
[[nodiscard]] Result<Options> parse_run(const std::vector<std::string>& arguments, const Lookup& environment);

}  // namespace stub
