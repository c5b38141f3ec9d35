#include <nss.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "stub/commands/commands.hpp"
#include "stub/linux/stand_in.hpp"
#include "stub/log.hpp"
#include "stub/options.hpp"
#include "stub/server.hpp"

namespace {

constexpr int own_failure = 125, gdbservers_failure = 1;

// A static binary must not load the system's name service modules: they belong to another libc, or are not there.
void keep_to_built_in_name_services() {
  __nss_configure_lookup("hosts", "files dns");
  __nss_configure_lookup("passwd", "files");
  __nss_configure_lookup("group", "files");
}

// A command that has been carried out has said so; nothing: there is none of that name.
std::optional<int> run_command(const std::vector<std::string>& arguments) {
  const auto done =
      stub::commands::run(arguments, [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); });
  if (!done) return std::nullopt;
  if (*done) return std::fflush(stdout) == 0 ? **done : own_failure;
  stub::log::say(done->error().text);
  return own_failure;
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int run(std::string_view path, const std::vector<std::string>& arguments) {
  const auto name = path.substr(path.rfind('/') + 1);
  if (name != "gdbserver" && name != "lldb-server")
    if (const auto status = run_command(arguments)) return *status;
  auto options = stub::parse_options(arguments, name, variable);
  if (!options) {
    stub::log::say(options.error().text);
    return name == "gdbserver" ? gdbservers_failure : own_failure;
  }
  if (const auto* print = std::get_if<stub::PrintAndExit>(&*options)) {
    std::fputs(print->text.c_str(), stdout);
    return 0;
  }
  stub::Server server(std::get<stub::ServeOptions>(std::move(*options)));
  return server.run();
}

}  // namespace

int main(int argc, char** argv) {
  stub::log::start();
  keep_to_built_in_name_services();
  stub::ignore_broken_pipes();
  try {
    return run(argv[0], {argv + 1, argv + argc});
  } catch (const std::exception& error) {
    stub::log::say(error.what());
    return own_failure;
  }
}
