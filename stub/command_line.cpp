#include "stub/command_line.hpp"

#include "protocol/cursor.hpp"

namespace stub::command_line {

std::unexpected<Error> usage_error(std::string text) {
  return fail(Errc::malformed, std::move(text) + " (see stub --help)");
}

void prepare(CLI::App& app) {
  app.prefix_command();
  app.set_help_flag();
}

Result<std::vector<std::string>> parse(CLI::App& app, const std::vector<std::string>& arguments) {
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  return app.remaining();
}

void add_options(CLI::App& app, LldbLog& log) {
  app.add_option("--log-file,-l", log.file);
  app.add_option("--log-channels,-c", log.channels);
}

Result<> apply(const LldbLog& log, Trace& trace) {
  if (log.file.empty() && log.channels.empty() && !log.wanted) return {};
  TRY(trace.choose("remote,threads"));
  if (!log.file.empty()) TRY(trace.write_to(log.file));
  return {};
}

Result<Pid> parse_pid(const std::string& text) {
  Cursor in(text);
  const auto pid = in.decimal();
  if (!pid || !in.done() || *pid == 0 || *pid > 0x7fffffff)
    return usage_error("bad process id '" + text + "': want a decimal number");
  return Pid{static_cast<std::int32_t>(*pid)};
}

}  // namespace stub::command_line
