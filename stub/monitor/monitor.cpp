#include "stub/monitor/monitor.hpp"

#include <algorithm>
#include <array>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"
#include "stub/monitor/commands.hpp"

namespace stub::monitor {
namespace {

struct Row {
  std::string_view name, arguments, help;
  Result<std::string> (*run)(const View&, const Words&);
  Result<Work> (*begin)(const View&, const Words&) = nullptr;  // instead
};

Result<std::string> help(const View& view, const Words& words);
Result<std::string> leave(const View&, const Words&) { return std::string(); }  // the session does it

constexpr std::array rows = {
    Row{"help", "", "show this list", help},
    Row{"disassemble", "[ADDRESS] [COUNT]", "instructions at ADDRESS (default: the pc; hex)", disassemble},
    Row{"breakpoints", "", "inserted breakpoints: address, original bytes, hits", breakpoints},
    Row{"maps", "", "the memory map", maps},
    Row{"threads", "", "the threads, and where they are", threads},
    Row{"backtrace", "[all]", "the selected thread's stack, or every thread's", backtrace},
    Row{"auxv", "", "the auxiliary vector", auxv},
    Row{"fds", "", "open file descriptors", descriptors},
    Row{"signals", "", "caught, ignored, blocked and pending signals", signal_sets},
    Row{"core", "[FILE]", "write a core file, here where stub runs (default: core.PID)", nullptr, save_core},
    Row{"syscalls", "on|record|off|last", "tell the process's system calls, or only keep each thread's last 64",
        system_calls},
    Row{"count", "[ADDRESS]", "run the selected thread alone, to ADDRESS or a stop, and count its instructions",
        nullptr, count},
    Row{"set debug", "[PART] 0|1", "tell on standard error of: threads, remote (packets), event-loop, all", set_debug},
    Row{"set debug-format", "WORD", "timestamp: begin each such line with the time; none", set_debug_format},
    Row{"set debug-file", "[PATH]", "write them to a file; without PATH to standard error", set_debug_file},
    Row{"set remote-debug", "0|1", "as set debug remote", set_remote_debug},
    Row{"set event-loop-debug", "0|1", "as set debug event-loop", set_event_loop_debug},
    Row{"exit", "", "end stub; a launched program is killed, an attached one let go", leave},
};

Result<std::string> help(const View&, const Words&) {
  std::string out = "The following monitor commands are supported:\n";
  for (const auto& row : rows)
    out += "  " + padded(std::string(row.name) + " " + std::string(row.arguments), 34) + std::string(row.help) + "\n";
  return out;
}

// `set` and what is set are one name.
std::ptrdiff_t length_of_name(const Words& words) { return words.size() > 1 && words.front() == "set" ? 2 : 1; }

std::string name_of(const Words& words) {
  return length_of_name(words) == 2 ? words[0] + " " + words[1] : words.front();
}

Words split(std::string_view line) {
  Words words;
  Cursor in(line);
  while (!in.done())
    if (const auto word = in.until(' '); !word.empty()) words.emplace_back(word);
  return words;
}

}  // namespace

Answer answer_of(Result<std::string> output) {
  if (output) return {.output = std::move(*output), .result = {}};
  return {.output = output.error().text + "\n", .result = std::unexpected(output.error())};
}

Answer run(const View& view, std::string_view line) {
  auto words = split(line);
  const auto* row = words.empty() ? rows.end() : std::ranges::find(rows, name_of(words), &Row::name);
  if (row == rows.end()) {
    auto text = "Unknown monitor command.\n" + help(view, {}).value_or("");
    return {.output = std::move(text), .result = fail(Errc::unsupported, "unknown monitor command")};
  }
  words.erase(words.begin(), words.begin() + length_of_name(words));
  if (row->begin != nullptr) {
    auto work = row->begin(view, words);
    return work ? Answer{.output = {}, .result = {}, .work = std::move(*work)}
                : answer_of(std::unexpected(work.error()));
  }
  auto answer = answer_of(row->run(view, words));
  answer.ends_server = answer.result && row->run == leave;
  if (!answer.result && row->name.starts_with("set "))
    answer.output += help(view, {}).value_or("");  // as gdbserver's drivers want it
  return answer;
}

}  // namespace stub::monitor
