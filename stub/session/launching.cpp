#include "stub/session/launching.hpp"

#include <algorithm>

namespace stub {
namespace {

std::string value_of(const std::vector<std::string>& environment, const std::string& name) {
  for (const auto& assignment : environment)
    if (assignment.starts_with(name + "=")) return assignment.substr(name.size() + 1);
  return {};
}

bool exists(Host& host, const std::string& path) { return host.status({}, path, StatPath::Links::follow).has_value(); }

// Empty: an image without a shell; then the program is started as it is.
std::string shell(Host& host, const LaunchSettings& settings) {
  const auto own = value_of(settings.environment.value_or(host.environment()), "SHELL");
  if (!own.empty() && exists(host, own)) return own;
  return exists(host, "/bin/sh") ? "/bin/sh" : "";
}

// A backslash before the end of a line takes both away.
std::string quoted(char c) { return c == '\n' ? "'\n'" : std::string("\\") + c; }

// gdb before 18 has taken quotes and backslashes away: what they protected is protected again, as far as it can be
// told. Wildcards, variables and redirections are what people want a shell for.
std::string with_blanks_quoted(const std::string& word) {
  std::string out;
  for (const char c : word) out += std::string_view(" \t\n'\"\\").contains(c) ? quoted(c) : std::string(1, c);
  return out.empty() ? "''" : out;
}

// gdb leaves it to the server that knows its home ("set cwd").
std::string with_home(Host& host, const std::string& path) {
  const bool at_home = path == "~" || path.starts_with("~/");
  const auto home = at_home ? value_of(host.environment(), "HOME") : std::string();
  return home.empty() ? path : home + path.substr(1);
}

std::string shell_command(const LaunchSettings& settings) {
  std::string command = "exec";
  for (const auto& word : settings.wrapper) command += " " + shell_quoted(word);
  command += " " + shell_quoted(settings.program.front());
  for (auto word = settings.program.begin() + 1; word != settings.program.end(); ++word)
    command += " " + (settings.raw_arguments ? *word : with_blanks_quoted(*word));
  return command;
}

}  // namespace

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+:@%,=";
  std::string out;
  for (const char c : word) out += plain.contains(c) ? std::string(1, c) : quoted(c);
  return out.empty() ? "''" : out;
}

LaunchRequest launch_request(Host& host, const LaunchSettings& settings) {
  LaunchRequest request{.arguments = settings.wrapper,
                        .environment = settings.environment,
                        .working_directory = with_home(host, settings.working_directory),
                        .files = settings.files,
                        .disable_randomization = settings.disable_randomization};
  if (!settings.wrapper.empty()) ++request.execs;
  const auto by = settings.with_shell ? shell(host, settings) : std::string();
  if (by.empty()) {
    request.arguments.insert(request.arguments.end(), settings.program.begin(), settings.program.end());
    return request;
  }
  request.arguments = {by, "-c", shell_command(settings)};
  ++request.execs;
  return request;
}

void unset_variable(std::vector<std::string>& environment, const std::string& name) {
  std::erase_if(environment, [&](const std::string& assignment) { return assignment.starts_with(name + "="); });
}

void set_variable(std::vector<std::string>& environment, const std::string& assignment) {
  unset_variable(environment, assignment.substr(0, assignment.find('=')));
  environment.push_back(assignment);
}

}  // namespace stub
