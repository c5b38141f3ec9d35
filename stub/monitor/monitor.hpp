// `monitor …` in gdb, `process plugin packet monitor …` in lldb: one table, one small function each.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "stub/inspect/call_log.hpp"
#include "stub/target/host.hpp"
#include "stub/target/target.hpp"
#include "stub/trace.hpp"

namespace stub::monitor {

// gdbserver says of `set debug` that its output is on, or which parts of it; scripts look for the words of their time.
enum class DebugWords : std::uint8_t { of_one, of_parts };

// Whose idea of a thread's registers is out of date when it has run without being told to.
enum class Refresh : std::uint8_t { gdb, lldb };

// What the commands look at.
struct View {
  Target& target;
  Host& host;
  std::optional<Pid> process;
  ThreadId thread;  // the selected one
  Trace& trace;
  inspect::CallLog& calls;
  std::shared_ptr<inspect::CallLines> call_lines;  // null: the client takes no text while the program runs
  DebugWords words{};
  Refresh refresh{};
};

struct Answer;
// Work too long for one answer: a piece of it; nothing as long as there are more. It can be ended before, perhaps
// with an answer.
enum class Turn : std::uint8_t { go_on, end };
using Work = std::function<std::optional<Answer>(Turn)>;

struct Answer {
  std::string output;  // whole lines
  Result<> result;     // an error where the command is unknown or cannot be done
  bool ends_server = false;
  Work work;  // if there is any, it gives the answer
};

[[nodiscard]] Answer run(const View& view, std::string_view line);

}  // namespace stub::monitor
