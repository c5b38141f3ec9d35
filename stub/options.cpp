#include "stub/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "protocol/cursor.hpp"
#include "stub/version.hpp"

namespace stub {
namespace {

constexpr std::string_view usage =
    R"(Usage: stub [OPTIONS] ADDRESS PROGRAM [ARGS...]    debug a new process
       stub [OPTIONS] --attach ADDRESS PID         debug a running process
       stub [OPTIONS] --multi ADDRESS              debug what the client names

Lets a stock gdb or lldb, anywhere, debug a process here:
    gdb  -ex 'target remote HOST:PORT'
    lldb -o  'gdb-remote HOST:PORT'

ADDRESS
    PORT            loopback only
    HOST:PORT       that interface only; [v6]:PORT likewise
    :PORT           all interfaces
  Port 0 picks a free one. From other machines only peers with private, link-local
  or directly attached addresses may connect; see --allow.

OPTIONS
    --attach        attach to the process PID
    --multi         stay until `monitor exit`; programs and processes are named by
                    the client: gdb's `target extended-remote`, lldb's `process launch`
    --once          end when the first client leaves; the program is killed
    --wrapper COMMAND... --
                    run PROGRAM by this command: env, valgrind, …
    --startup-with-shell, --no-disable-randomization
    --allow CIDR    let these peers in too (repeatable); --allow any: everybody
    --version       print the version
    --help          print this

EXIT STATUS
    the program's own (128 + signal number if a signal ended it);
    125 stub failed, 126 PROGRAM cannot be run, 127 PROGRAM not found

EXAMPLES
    stub :1234 ./prog --its --options
    stub --attach localhost:1234 4711
)";

constexpr std::string_view try_help = " (see stub --help)";

std::unexpected<Error> usage_error(std::string text) {
  return fail(Errc::malformed, std::move(text) + std::string(try_help));
}

Result<std::uint16_t> parse_port(std::string_view text) {
  Cursor in(text);
  const auto port = in.decimal();
  if (!port || !in.done() || *port > 65535)
    return usage_error("bad port '" + std::string(text) + "': want a number from 0 to 65535");
  return static_cast<std::uint16_t>(*port);
}

Result<Pid> parse_pid(const std::string& text) {
  Cursor in(text);
  const auto pid = in.decimal();
  if (!pid || !in.done() || *pid == 0 || *pid > 0x7fffffff)
    return usage_error("bad process id '" + text + "': want a decimal number");
  return Pid{static_cast<std::int32_t>(*pid)};
}

// What is left behind the options: ADDRESS and PROGRAM, or ADDRESS and PID; gdbserver's users put --attach between.
Result<Options> complete(ServeOptions options, bool attach, std::vector<std::string> words) {
  if (words.size() >= 2 && words[1] == "--attach") {
    attach = true;
    words.erase(words.begin() + 1);
  }
  if (words.empty()) return usage_error("no ADDRESS to listen on");
  options.address = TRY(parse_listen_address(words[0]));
  if (attach) {
    if (words.size() != 2) return usage_error("--attach wants ADDRESS and PID");
    options.attach = TRY(parse_pid(words[1]));
    return Options{std::move(options)};
  }
  if (words.size() < 2 && !options.multi) return usage_error("no PROGRAM to run");
  options.program.assign(words.begin() + 1, words.end());
  return Options{std::move(options)};
}

// --wrapper COMMAND ARGUMENTS… -- : cut out of the options before ADDRESS.
Result<std::vector<std::string>> take_wrapper(std::vector<std::string>& arguments) {
  std::size_t first = 0;
  while (first < arguments.size() && arguments[first].starts_with("--") && arguments[first] != "--wrapper")
    first += arguments[first] == "--allow" ? 2U : 1U;
  if (first >= arguments.size() || arguments[first] != "--wrapper") return std::vector<std::string>();
  const auto at = arguments.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = std::find(at, arguments.end(), "--");
  std::vector<std::string> wrapper(at + 1, end);
  if (wrapper.empty() || end == arguments.end()) return usage_error("--wrapper wants a command, ended by --");
  arguments.erase(at, end + 1);
  return wrapper;
}

// lldb-server's forms of an address.
Result<ListenAddress> parse_lldb_address(std::string_view text) {
  for (const std::string_view scheme : {"tcp://", "listen://", "connect://"})
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  return parse_listen_address(text.starts_with("*:") ? text.substr(1) : text);
}

// lldb-server gdbserver [OPTIONS] [[HOST]:PORT] [[--] PROGRAM [ARGS…]]
Result<Options> parse_lldb_server(std::vector<std::string> arguments) {
  for (auto& argument : arguments)  // single-dash long options are lldb-server's too
    if (argument.starts_with("-") && !argument.starts_with("--") && argument.size() > 2) argument.insert(0, "-");
  CLI::App app;
  app.prefix_command();
  app.set_help_flag();
  ServeOptions options{.address = {}, .program = {}, .attach = {}, .once = true, .multi = true};
  options.hints = false;
  std::string attach;
  bool native_registers = false;  // ours always are
  app.add_option("--fd", options.descriptor);
  app.add_flag("--reverse-connect", options.connects);
  app.add_option("--attach", attach);
  app.add_flag("--setsid,-S", options.own_session);
  app.add_flag("--native-regs", native_registers);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  auto words = app.remaining();
  if (!options.descriptor) {
    if (words.empty()) return usage_error("no ADDRESS to listen on");
    options.address = TRY(parse_lldb_address(words.front()));
    words.erase(words.begin());
  }
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  if (!attach.empty()) options.attach = TRY(parse_pid(attach));
  options.program = std::move(words);
  return Options{std::move(options)};
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return ListenAddress{ListenAddress::Scope::loopback, {}, TRY(parse_port(text))};
  const auto port = TRY(parse_port(text.substr(colon + 1)));
  auto host = text.substr(0, colon);
  if (host.empty()) return ListenAddress{ListenAddress::Scope::all, {}, port};
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const bool bare_v6 = host == "::1" || host == "::";  // gdbserver's users write ::1:PORT
  if (host.empty() || (host.contains(':') && host.size() == colon && !bare_v6))
    return usage_error("bad address '" + std::string(text) + "': want PORT, HOST:PORT, [v6]:PORT or :PORT");
  return ListenAddress{ListenAddress::Scope::host, std::string(host), port};
}

Result<Options> parse_options(const std::vector<std::string>& all, std::string_view name) {
  auto arguments = all;
  if (!arguments.empty() && (arguments.front() == "gdbserver" || (name == "lldb-server" && arguments.front() == "g")))
    return parse_lldb_server({arguments.begin() + 1, arguments.end()});
  CLI::App app;
  app.prefix_command();
  app.set_help_flag();
  ServeOptions options;
  options.startup_with_shell = name == "gdbserver";
  options.hints = name != "gdbserver";
  options.wrapper = TRY(take_wrapper(arguments));
  bool attach = false, version = false, help = false;
  app.add_flag("--attach", attach);
  app.add_flag("--once", options.once);
  app.add_flag("--multi", options.multi);
  app.add_flag("--startup-with-shell,!--no-startup-with-shell", options.startup_with_shell);
  app.add_flag("--disable-randomization,!--no-disable-randomization", options.disable_randomization);
  app.add_option("--allow", options.allow)->allow_extra_args(false);
  app.add_flag("--version", version);
  app.add_flag("--help,-h", help);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  if (help) return Options{PrintAndExit{std::string(usage)}};
  if (version) return Options{PrintAndExit{"stub " STUB_VERSION "\n"}};
  auto words = app.remaining();
  if (!words.empty() && words.front().starts_with("--")) return usage_error("unknown option '" + words.front() + "'");
  return complete(std::move(options), attach, std::move(words));
}

}  // namespace stub
