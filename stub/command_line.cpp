#include "stub/command_line.hpp"

namespace stub::command_line {

std::unexpected<Error> usage_error(std::string text) {
  return fail(Errc::malformed, std::move(text) + " (see stub --help)");
}

Result<std::vector<std::string>> parse(CLI::App& app, const std::vector<std::string>& arguments) {
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  return app.remaining();
}

}  // namespace stub::command_line
