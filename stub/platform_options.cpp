#include "stub/platform_options.hpp"

#include <limits>

#include "stub/command_line.hpp"

namespace stub {
namespace {

using command_line::usage_error;

struct Words {
  std::string listen;
  command_line::LldbLog log;
  std::vector<std::uint16_t> debugging_ports;
  std::optional<std::uint16_t> first_port, last_port;
  int port_offset = 0;
  bool stays = false;
};

void add_options(CLI::App& app, Words& words, ServeOptions& options) {
  app.add_option("--listen,-L", words.listen);
  app.add_option("--socket-file,-f", options.socket_file);
  app.add_flag("--server", words.stays);
  app.add_option("--gdbserver-port,-P", words.debugging_ports)->allow_extra_args(false);
  app.add_option("--min-gdbserver-port,-m", words.first_port);
  app.add_option("--max-gdbserver-port,-M", words.last_port);
  app.add_option("--port-offset,-p", words.port_offset);
  command_line::add_options(app, words.log);
  app.add_flag("--debug,--verbose", words.log.wanted);
  app.add_option("--allow", options.allow)->allow_extra_args(false);
  app.add_flag("--allow-shell", options.allow_shell);
}

Result<ListenAddress> parse_address(std::string_view text) {
  for (const std::string_view scheme : {"tcp://", "listen://"})
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  return parse_lldb_address(text);
}

Result<> check_ports(const Words& words) {
  if (!words.first_port || !words.last_port || *words.first_port < *words.last_port) return {};
  return usage_error("--min-gdbserver-port (" + std::to_string(*words.first_port) +
                     ") is not lower than --max-gdbserver-port (" + std::to_string(*words.last_port) + ")");
}

// One port for debugging is enough, whatever the number of clients; the one that they have reached needs no other.
void choose_ports(const Words& words, ServeOptions& options) {
  if (!words.debugging_ports.empty()) {
    options.debugging_port = words.debugging_ports.front();
  } else if (words.first_port) {
    options.debugging_port = words.first_port;
  }
  const int port = options.debugging_port.value_or(options.address.port);
  const int published = port + words.port_offset;
  const bool sensible = published > 0 && published <= std::numeric_limits<std::uint16_t>::max();
  if (words.port_offset != 0 && port != 0 && sensible) options.published_port = static_cast<std::uint16_t>(published);
}

}  // namespace

Result<Options> parse_platform(const std::vector<std::string>& arguments) {
  CLI::App app;
  command_line::prepare(app);
  Words words;
  ServeOptions options{.address = {}, .program = {}, .attach = {}, .multi = true};
  options.hints = false;
  options.own_terminal = true;
  add_options(app, words, options);
  auto rest = TRY(command_line::parse(app, arguments));
  if (words.listen.empty()) return usage_error("platform: no --listen ADDRESS");
  options.address = TRY(parse_address(words.listen));
  options.once = !words.stays;
  TRY(check_ports(words));
  choose_ports(words, options);
  TRY(command_line::apply(words.log, options.trace));
  if (!rest.empty() && rest.front() == "--") rest.erase(rest.begin());
  if (!rest.empty() && rest.front().starts_with('-')) return usage_error("unknown option '" + rest.front() + "'");
  options.program = std::move(rest);
  return Options{std::move(options)};
}

}  // namespace stub
