// What the forms of the command line have in common: reading words into options.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "stub/trace.hpp"

namespace stub::command_line {

[[nodiscard]] std::unexpected<Error> usage_error(std::string text);

// What parse() expects of it: other words stay, in order, from the first on that is no option; no help of its own.
void prepare(CLI::App& app);

// What is no option, in order.
[[nodiscard]] Result<std::vector<std::string>> parse(CLI::App& app, const std::vector<std::string>& arguments);

[[nodiscard]] Result<Pid> parse_pid(const std::string& text);

// lldb-server's options about its log. Its words for what is logged are many; ours are: all of the client's packets,
// and what threads do.
struct LldbLog {
  std::string file, channels;
  bool wanted = false;  // without either
};
void add_options(CLI::App& app, LldbLog& log);
[[nodiscard]] Result<> apply(const LldbLog& log, Trace& trace);

}  // namespace stub::command_line
