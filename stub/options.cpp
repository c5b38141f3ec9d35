#include "stub/options.hpp"

#include <algorithm>
#include <array>

#include "protocol/cursor.hpp"
#include "stub/command_line.hpp"
#include "stub/crash/policy.hpp"
#include "stub/platform_options.hpp"
#include "stub/run_options.hpp"
#include "stub/usage.hpp"
#include "stub/version.hpp"

namespace stub {
namespace {

using command_line::parse;
using command_line::parse_pid;
using command_line::usage_error;

// gdbserver's - means --once too: nobody can come after the one who started us.
Result<> set_place(ServeOptions& options, const std::string& word) {
  if (word == "-" || word == "stdio") {
    options.standard_streams = options.once = true;
  } else if (word.starts_with('/')) {
    options.serial_line = word;
    options.withheld.packets.insert("QStartNoAckMode");  // a line may lose bytes
  } else {
    options.address = TRY(parse_listen_address(word));
  }
  return {};
}

// A program's name does not begin with a digit; one that does has a path before it.
Result<> set_process(ServeOptions& options, const std::string& word) {
  const bool named = !word.empty() && word[0] != '-' && (word[0] < '0' || word[0] > '9');
  if (named) {
    options.attach_name = word;
  } else {
    options.attach = TRY(parse_pid(word));
  }
  return {};
}

Result<> check_together(const ServeOptions& options, bool attach) {
  using Action = DisconnectPolicy::Action;
  if (options.once && options.on_disconnect.action != Action::usual)
    return usage_error("nobody comes back after --once or -: leave --on-disconnect out");
  if (!options.attach_inside.empty() && !attach) return usage_error("--in wants --attach");
  if (options.connects && (options.has_line() || options.address.port == 0))
    return usage_error("--connect wants HOST:PORT");
  return {};
}

// What is left behind the options: ADDRESS and PROGRAM, or ADDRESS and PID; gdbserver's users put --attach between.
Result<Options> complete(ServeOptions options, bool attach, std::vector<std::string> words) {
  if (words.size() >= 2 && words[1] == "--attach") {
    attach = true;
    words.erase(words.begin() + 1);
  }
  if (words.empty()) return usage_error("no ADDRESS to listen on");
  TRY(set_place(options, words[0]));
  TRY(check_together(options, attach));
  if (attach) {
    if (words.size() != 2) return usage_error("--attach wants ADDRESS and PID");
    TRY(set_process(options, words[1]));
    return Options{std::move(options)};
  }
  if (words.size() < 2 && !options.multi) return usage_error("no PROGRAM to run");
  options.program.assign(words.begin() + 1, words.end());
  return Options{std::move(options)};
}

// --wrapper COMMAND ARGUMENTS… -- : cut out of the options before ADDRESS.
Result<std::vector<std::string>> take_wrapper(std::vector<std::string>& arguments) {
  std::size_t first = 0;
  constexpr std::array with_value = {"--allow", "--published-port", "--on-disconnect", "--max-idle", "--stdio", "--in"};
  while (first < arguments.size() && arguments[first].starts_with("--") && arguments[first] != "--wrapper")
    first += std::ranges::find(with_value, arguments[first]) != with_value.end() ? 2U : 1U;
  if (first >= arguments.size() || arguments[first] != "--wrapper") return std::vector<std::string>();
  const auto at = arguments.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = std::find(at, arguments.end(), "--");
  std::vector<std::string> wrapper(at + 1, end);
  if (wrapper.empty() || end == arguments.end()) return usage_error("--wrapper wants a command, ended by --");
  arguments.erase(at, end + 1);
  return wrapper;
}

enum class UrlKind : std::uint8_t { tcp, local, abstract, serial };

// lldb-server's forms of an address (lldb's connection plugins).
struct Scheme {
  std::string_view prefix;
  UrlKind kind;
  bool connects;
};
constexpr std::array schemes = {
    Scheme{"tcp://", UrlKind::tcp, false},
    Scheme{"listen://", UrlKind::tcp, false},
    Scheme{"connect://", UrlKind::tcp, true},
    Scheme{"tcp-connect://", UrlKind::tcp, true},
    Scheme{"unix://", UrlKind::local, false},
    Scheme{"unix-accept://", UrlKind::local, false},
    Scheme{"accept://", UrlKind::local, false},
    Scheme{"unix-connect://", UrlKind::local, true},
    Scheme{"unix-abstract://", UrlKind::abstract, false},
    Scheme{"unix-abstract-accept://", UrlKind::abstract, false},
    Scheme{"unix-abstract-connect://", UrlKind::abstract, true},
    Scheme{"serial://", UrlKind::serial, false},
};

// A serial line's speed and the like, behind a question mark, stay as stty(1) has left them.
Result<> set_lldb_place(ServeOptions& options, std::string_view text) {
  const auto* scheme =
      std::ranges::find_if(schemes, [&](const Scheme& candidate) { return text.starts_with(candidate.prefix); });
  auto kind = text.starts_with('/') ? UrlKind::local : UrlKind::tcp;
  if (scheme != schemes.end()) {
    kind = scheme->kind;
    options.connects |= scheme->connects;
    text.remove_prefix(scheme->prefix.size());
  }
  switch (kind) {
    case UrlKind::tcp:
      options.address = TRY(parse_lldb_address(text));
      break;
    case UrlKind::local:
      options.address = {.scope = ListenAddress::Scope::local, .host = std::string(text)};
      break;
    case UrlKind::abstract:
      options.address = {.scope = ListenAddress::Scope::local, .host = std::string(1, '\0') + std::string(text)};
      break;
    case UrlKind::serial:
      options.serial_line = text.substr(0, text.find('?'));
      break;
  }
  return {};
}

struct LldbWords {
  std::string attach;
  command_line::LldbLog log;
  bool native_registers = false;  // ours always are
  bool help = false;
};

void add_lldb_options(CLI::App& app, ServeOptions& options, LldbWords& words) {
  app.add_option("--fd", options.descriptor);
  app.add_flag("--reverse-connect", options.connects);
  app.add_option("--attach", words.attach);
  app.add_option("--pipe", options.port_pipe);
  app.add_option("--named-pipe", options.port_file);
  command_line::add_options(app, words.log);
  app.add_flag("--setsid,-S", options.own_session);
  app.add_flag("--native-regs", words.native_registers);
  app.add_flag("--help,-h", words.help);
}

// Single-dash long options are lldb-server's too; what stands behind -- is the program's.
std::vector<std::string> with_double_dashes(std::vector<std::string> words) {
  for (auto& word : words) {
    if (word == "--") break;
    if (word.starts_with('-') && !word.starts_with("--") && word.size() > 2) word.insert(0, "-");
  }
  return words;
}

// The options at the front are taken; what is left stands as it was given.
Result<std::vector<std::string>> take_lldb_options(CLI::App& app, const std::vector<std::string>& words) {
  const auto left = TRY(parse(app, with_double_dashes(words))).size();
  return std::vector<std::string>(words.end() - static_cast<std::ptrdiff_t>(left), words.end());
}

// lldb-server gdbserver [OPTIONS] [[HOST]:PORT | URL | PATH] [OPTIONS] [[--] PROGRAM [ARGS…]]
Result<Options> parse_lldb_server(const std::vector<std::string>& arguments) {
  CLI::App app;
  command_line::prepare(app);
  ServeOptions options{.address = {}, .program = {}, .attach = {}, .once = true, .multi = true};
  options.hints = false;
  options.own_terminal = true;
  LldbWords asked;
  add_lldb_options(app, options, asked);
  auto words = TRY(take_lldb_options(app, arguments));
  if (asked.help) return Options{PrintAndExit{std::string(usage::all)}};
  if (!options.descriptor) {
    if (words.empty() || words.front() == "--") return usage_error("no ADDRESS to listen on");
    TRY(set_lldb_place(options, words.front()));
    words.erase(words.begin());
    words = TRY(take_lldb_options(app, words));
  }
  if (!words.empty() && words.front() == "--") {
    words.erase(words.begin());
  } else if (!words.empty() && words.front().starts_with('-')) {
    return usage_error("unknown option '" + words.front() + "'");
  }
  if (!asked.attach.empty()) options.attach = TRY(parse_pid(asked.attach));
  TRY(command_line::apply(asked.log, options.trace));
  options.program = std::move(words);
  return Options{std::move(options)};
}

// gdbserver's options about what is told of its own doing and what is kept back; bare ones come as "true".
struct Diagnostics {
  std::vector<std::string> parts, formats, files, withheld;
  bool remote = false, event_loop = false;  // of gdbserver before 15
};

void add_diagnostics(CLI::App& app, Diagnostics& out) {
  app.add_flag("--debug", out.parts);
  app.add_flag("--debug-format", out.formats);
  app.add_flag("--debug-file", out.files);
  app.add_flag("--remote-debug", out.remote);
  app.add_flag("--event-loop-debug", out.event_loop);
  app.add_flag("--disable-packet", out.withheld);
}

constexpr std::string_view bare = "true";

Result<> apply(const Diagnostics& asked, ServeOptions& options) {
  for (const auto& parts : asked.parts) TRY(options.trace.choose(parts == bare ? "threads" : parts));
  if (asked.remote) TRY(options.trace.choose("remote"));
  if (asked.event_loop) TRY(options.trace.choose("event-loop"));
  for (const auto& format : asked.formats) TRY(options.trace.set_format(format));
  for (const auto& file : asked.files) {
    if (file == bare) return usage_error("--debug-file wants =PATH");
    TRY(options.trace.write_to(file));
  }
  for (const auto& packets : asked.withheld) TRY(options.withheld.add(packets));
  return {};
}

// As they were given; empty: they were not.
struct Conduct {
  std::string on_disconnect, max_idle, standard_files;
};

void add_conduct(CLI::App& app, ServeOptions& options, Conduct& out) {
  app.add_option("--on-disconnect", out.on_disconnect)->allow_extra_args(false);
  app.add_option("--max-idle", out.max_idle)->allow_extra_args(false);
  app.add_option("--stdio", out.standard_files)->allow_extra_args(false);
  app.add_option("--in", options.attach_inside)->allow_extra_args(false);
  app.add_flag("--connect", options.connects);
}

Result<DisconnectPolicy> parse_policy(std::string_view text) {
  using Action = DisconnectPolicy::Action;
  constexpr std::array<std::pair<std::string_view, Action>, 4> actions = {
      {{"hold", Action::hold}, {"resume", Action::resume}, {"detach", Action::detach}, {"kill", Action::kill}}};
  const auto comma = text.find(',');
  const auto* found = std::ranges::find(actions, text.substr(0, comma), &std::pair<std::string_view, Action>::first);
  if (found == actions.end())
    return usage_error("--on-disconnect wants hold, resume, detach or kill, not '" + std::string(text) + "'");
  DisconnectPolicy policy{.action = found->second};
  if (comma == std::string_view::npos) return policy;
  constexpr std::string_view after = "after=";
  auto rest = text.substr(comma + 1);
  if (!rest.starts_with(after) || policy.action == Action::hold)
    return usage_error("--on-disconnect: behind resume, detach or kill may stand after=DURATION");
  policy.after = TRY(crash::parse_duration(rest.substr(after.size())));
  return policy;
}

Result<StandardFiles> parse_standard_files(std::string_view text) {
  using Kind = StandardFiles::Kind;
  if (text == "inherit") return StandardFiles{};
  if (text == "client") return StandardFiles{.kind = Kind::client, .files = {}};
  if (text == "pty") return StandardFiles{.kind = Kind::terminal, .files = {}};
  StandardFiles out{.kind = Kind::files, .files = {}};
  Cursor in(text);
  for (auto& file : out.files) file = in.until(',');
  if (!in.done()) return usage_error("--stdio wants three files at most");
  return out;
}

Result<> apply(const Conduct& asked, ServeOptions& options) {
  if (!asked.on_disconnect.empty()) options.on_disconnect = TRY(parse_policy(asked.on_disconnect));
  if (!asked.max_idle.empty()) options.max_idle = TRY(crash::parse_duration(asked.max_idle));
  if (!asked.standard_files.empty()) options.standard_files = TRY(parse_standard_files(asked.standard_files));
  constexpr std::chrono::minutes patience{1};
  if (options.connects) options.patience = patience;
  options.own_terminal |= options.standard_files.kind == StandardFiles::Kind::client ||
                          options.standard_files.kind == StandardFiles::Kind::terminal;
  return {};
}

void add_launching(CLI::App& app, ServeOptions& out) {
  app.add_flag("--once", out.once);
  app.add_flag("--multi", out.multi);
  app.add_flag("--startup-with-shell,!--no-startup-with-shell", out.startup_with_shell);
  app.add_flag("--disable-randomization,!--no-disable-randomization", out.disable_randomization);
  app.add_flag("--no-escape-args", out.raw_arguments);
  app.add_option("--published-port", out.published_port)->check(CLI::Range(1, 65535));
  app.add_option("--allow", out.allow)->allow_extra_args(false);
  app.add_flag("--allow-shell", out.allow_shell);
}

// Those that print something and end.
struct Questions {
  bool version = false, help = false;
  std::vector<std::string> self_tests;
};

void add_questions(CLI::App& app, Questions& out) {
  app.add_flag("--selftest", out.self_tests);
  app.add_flag("--version", out.version);
  app.add_flag("--help,-h", out.help);
}

std::optional<std::string> answer(const Questions& asked, const Diagnostics& diagnostics) {
  if (asked.help) return std::string(usage::all);
  if (asked.version) return "stub " STUB_VERSION "\n";
  if (!asked.self_tests.empty()) return "Selftests have been disabled for this build.\n";  // gdbserver's words
  if (std::ranges::find(diagnostics.withheld, bare) != diagnostics.withheld.end()) return Withheld::choices();
  return std::nullopt;
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& all, std::string_view name, const Lookup& environment) {
  auto arguments = all;
  if (!arguments.empty() && (arguments.front() == "gdbserver" || (name == "lldb-server" && arguments.front() == "g")))
    return parse_lldb_server({arguments.begin() + 1, arguments.end()});
  if (name == "lldb-server" && !arguments.empty() && (arguments.front() == "version" || arguments.front() == "v"))
    return Options{PrintAndExit{"stub " STUB_VERSION "\n"}};
  if (!arguments.empty() && (arguments.front() == "platform" || (name == "lldb-server" && arguments.front() == "p")))
    return parse_platform({arguments.begin() + 1, arguments.end()});
  if (!arguments.empty() && arguments.front() == "run" && name != "gdbserver")
    return parse_run({arguments.begin() + 1, arguments.end()}, environment);
  CLI::App app;
  command_line::prepare(app);
  ServeOptions options;
  options.as_gdbserver = name == "gdbserver";
  options.startup_with_shell = options.as_gdbserver;
  options.hints = !options.as_gdbserver;
  options.wrapper = TRY(take_wrapper(arguments));
  bool attach = false;
  Diagnostics diagnostics;
  Questions questions;
  app.add_flag("--attach", attach);
  Conduct conduct;
  add_launching(app, options);
  add_conduct(app, options, conduct);
  add_diagnostics(app, diagnostics);
  add_questions(app, questions);
  auto words = TRY(parse(app, arguments));
  if (auto text = answer(questions, diagnostics)) return Options{PrintAndExit{std::move(*text)}};
  TRY(apply(diagnostics, options));
  TRY(apply(conduct, options));
  if (!words.empty() && words.front().starts_with("--")) return usage_error("unknown option '" + words.front() + "'");
  return complete(std::move(options), attach, std::move(words));
}

}  // namespace stub
