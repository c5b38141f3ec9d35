// PortNotice: tells whoever started us where we listen, in lldb-server's way: the text and a NUL, in one write.
#pragma once

#include <string>

#include "protocol/error.hpp"

namespace stub {

// Into a pipe that we have inherited, which is closed then.
Result<> tell_port(int descriptor, const std::string& port);
// Into a named pipe, whose reader is waited for some seconds, or a file.
Result<> tell_port(const std::string& path, const std::string& port);

}  // namespace stub
