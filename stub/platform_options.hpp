// The command line of lldb-server's platform mode:
//   platform --listen ADDRESS [--server] [--socket-file PATH] [OPTIONS] [-- PROGRAM [ARGS…]]
#pragma once

#include "stub/options.hpp"

namespace stub {

// `arguments` are those behind the word `platform`.
[[nodiscard]] Result<Options> parse_platform(const std::vector<std::string>& arguments);

}  // namespace stub
