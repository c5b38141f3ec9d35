#include "stub/command_line.hpp"

#include <array>
#include <utility>

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

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  using std::chrono::milliseconds;
  constexpr std::uint64_t most = 1'000'000;  // of any unit: a century
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units = {
      {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
  Cursor in(text);
  const auto count = in.decimal();
  const auto unit = in.take_rest();
  for (const auto& [name, factor] : units)
    if (count && *count <= most && unit == name) return milliseconds(static_cast<std::int64_t>(*count) * factor);
  return usage_error("bad duration '" + std::string(text) + "': want 200ms, 30s, 5m or 2h");
}

}  // namespace stub::command_line
