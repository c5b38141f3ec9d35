// `monitor …` in gdb, `process plugin packet monitor …` in lldb: one table, one small function each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "stub/target/host.hpp"
#include "stub/target/target.hpp"

namespace stub::monitor {

// What the commands look at.
struct View {
  Target& target;
  Host& host;
  std::optional<Pid> process;
  ThreadId thread;  // the selected one
};

struct Answer {
  std::string output;  // whole lines
  Result<> result;     // an error where the command is unknown or cannot be done
  bool ends_server = false;
};

[[nodiscard]] Answer run(const View& view, std::string_view line);

}  // namespace stub::monitor
