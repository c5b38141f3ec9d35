// The monitor commands themselves; the table is in monitor.cpp.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "stub/monitor/monitor.hpp"

namespace stub::monitor {

using Words = std::vector<std::string>;  // a command's arguments

// Blanks behind the text up to `width`: a column of a table.
[[nodiscard]] inline std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

// The selected process.
[[nodiscard]] inline Result<Pid> process(const View& view) {
  if (!view.process) return fail(Errc::no_process, "There is no process.");
  return *view.process;
}
// What a command leads to, in both ways.
[[nodiscard]] Answer answer_of(Result<std::string> output);

// Hexadecimal.
Result<std::uint64_t> address_argument(std::string_view word);

Result<std::string> disassemble(const View& view, const Words& words);
Result<std::string> breakpoints(const View& view, const Words& words);
Result<std::string> maps(const View& view, const Words& words);

// process.cpp
Result<std::string> threads(const View& view, const Words& words);
Result<std::string> backtrace(const View& view, const Words& words);
Result<std::string> auxv(const View& view, const Words& words);
Result<std::string> descriptors(const View& view, const Words& words);
Result<std::string> signal_sets(const View& view, const Words& words);
Result<Work> save_core(const View& view, const Words& words);

// calls.cpp
Result<std::string> system_calls(const View& view, const Words& words);

// counting.cpp
Result<Work> count(const View& view, const Words& words);

// settings.cpp
Result<std::string> set_debug(const View& view, const Words& words);
Result<std::string> set_debug_format(const View& view, const Words& words);
Result<std::string> set_debug_file(const View& view, const Words& words);
Result<std::string> set_remote_debug(const View& view, const Words& words);
Result<std::string> set_event_loop_debug(const View& view, const Words& words);

}  // namespace stub::monitor
