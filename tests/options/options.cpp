// The command line, understood, or refused with cause and cure.
#include "stub/options.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

using Scope = ListenAddress::Scope;
using Words = std::vector<std::string>;

ServeOptions served(const Words& words) {
  auto options = parse_options(words);
  if (!options) throw std::runtime_error(options.error().text);
  return std::get<ServeOptions>(std::move(*options));
}

std::string refused(const Words& words) {
  const auto options = parse_options(words);
  return options ? "accepted" : options.error().text;
}

std::string printed(const Words& words) { return std::get<PrintAndExit>(parse_options(words).value()).text; }

}  // namespace

TEST_CASE("a program is run with its arguments as they stand") {
  const auto options = served({":1234", "./prog", "--its", "-x", "--once", "--", "a b"});
  CHECK(options.program == Words{"./prog", "--its", "-x", "--once", "--", "a b"});
  CHECK(options.address.scope == Scope::all);
  CHECK(options.address.port == 1234);
  CHECK_FALSE(options.once);
  CHECK_FALSE(options.attach);
}

TEST_CASE("--attach takes a process id, before or behind the address") {
  CHECK(served({"--attach", ":1234", "4711"}).attach == Pid{4711});
  CHECK(served({":1234", "--attach", "4711"}).attach == Pid{4711});
}

TEST_CASE("--attach takes a program's name, and --in says in which container") {
  const auto named = served({"--attach", ":1234", "prog"});
  CHECK(named.attach_name == "prog");
  CHECK_FALSE(named.attach);
  CHECK(named.attaches());
  const auto inside = served({"--in", "4711", "--attach", ":1234", "1"});
  CHECK(inside.attach == Pid{1});
  CHECK(inside.attach_inside == "4711");
  CHECK_FALSE(served({":1234", "prog"}).attaches());
  CHECK(refused({"--in=4711", ":1234", "prog"}) == "--in wants --attach (see stub --help)");
}

TEST_CASE("what becomes of a process when its client goes away is told, and how long nobody needs to come") {
  using Action = DisconnectPolicy::Action;
  CHECK(served({"0", "prog"}).on_disconnect.action == Action::usual);
  CHECK(served({"--on-disconnect=hold", "0", "prog"}).on_disconnect.action == Action::hold);
  const auto later = served({"--on-disconnect", "kill,after=5m", "--max-idle", "2s", "0", "prog", "--max-idle"});
  CHECK(later.on_disconnect.action == Action::kill);
  CHECK(later.on_disconnect.after == std::chrono::minutes(5));
  CHECK(later.max_idle == std::chrono::seconds(2));
  CHECK(later.program == Words{"prog", "--max-idle"});
  CHECK(served({"--on-disconnect=detach,after=7", "0", "p"}).on_disconnect.after == std::chrono::seconds(7));
  for (const auto* wrong : {"leave", "hold,after=5m", "kill,5m", "kill,after=", "kill,after=1d", "kill,after=9999999h"})
    CHECK_FALSE(refused({std::string("--on-disconnect=") + wrong, "0", "prog"}).empty());
  CHECK(refused({"--max-idle=soon", "0", "p"}) == "bad time 'soon': want a number with s, m or h");
  for (const Words& once : {Words{"--once", "0", "prog"}, Words{"-", "prog"}}) {
    Words words = {"--on-disconnect=hold"};
    words.insert(words.end(), once.begin(), once.end());
    CHECK(refused(words) == "nobody comes back after --once or -: leave --on-disconnect out (see stub --help)");
  }
}

TEST_CASE("a client can be called instead of listened for") {
  const auto options = served({"--connect", "host:1234", "prog"});
  CHECK(options.connects);
  CHECK(options.patience == std::chrono::minutes(1));
  CHECK(options.address.host == "host");
  CHECK(served({"0", "prog"}).patience == std::chrono::seconds(0));
  CHECK(refused({"--connect", "host:0", "prog"}) == "--connect wants HOST:PORT (see stub --help)");
  CHECK(refused({"--connect", "-", "prog"}) == "--connect wants HOST:PORT (see stub --help)");
}

TEST_CASE("a program's standard files are ours, its debugger's, a terminal's or named ones") {
  using Kind = StandardFiles::Kind;
  CHECK(served({"0", "prog"}).standard_files.kind == Kind::inherited);
  CHECK_FALSE(served({"--stdio=inherit", "0", "prog"}).own_terminal);
  CHECK(served({"--stdio=client", "0", "prog"}).own_terminal);
  CHECK(served({"--stdio", "pty", "0", "prog"}).standard_files.kind == Kind::terminal);
  const auto named = served({"--stdio=/in,out", "0", "prog"});
  CHECK(named.standard_files.files == std::array<std::string, 3>{"/in", "out", ""});
  CHECK_FALSE(named.own_terminal);
  CHECK(served({"--stdio=,,errors", "0", "p"}).standard_files.files == std::array<std::string, 3>{"", "", "errors"});
  CHECK(refused({"--stdio=a,b,c,d", "0", "prog"}) == "--stdio wants three files at most (see stub --help)");
}

TEST_CASE("options stand before the address") {
  CHECK(served({"--allow-shell", "0", "prog"}).allow_shell);
  CHECK_FALSE(served({"0", "prog"}).allow_shell);
  const auto options = served({"--once", "--allow", "203.0.113.0/24", "--allow", "any", "0", "prog"});
  CHECK(options.once);
  CHECK(options.allow == Words{"203.0.113.0/24", "any"});
  CHECK(options.program == Words{"prog"});
}

TEST_CASE("--allow=X is --allow X") { CHECK(served({"--allow=10.0.0.0/8", "0", "prog"}).allow == Words{"10.0.0.0/8"}); }

TEST_CASE("--version and --help print and need nothing else") {
  CHECK(printed({"--version"}).starts_with("stub "));
  CHECK(printed({"--help"}).starts_with("Usage: stub "));
  CHECK(printed({"-h"}) == printed({"--help"}));
  CHECK(printed({"run", "--help"}).starts_with("Usage: stub run "));
  for (const auto& text : {printed({"--help"}), printed({"run", "--help"})})
    CHECK(std::ranges::count(text, '\n') <= 50);  // a screen
}

TEST_CASE("what is missing or wrong is named, with the way to help") {
  CHECK(refused({}) == "no ADDRESS to listen on (see stub --help)");
  CHECK(refused({":1234"}) == "no PROGRAM to run (see stub --help)");
  CHECK(refused({"--attach", ":1234"}) == "--attach wants ADDRESS and PID (see stub --help)");
  CHECK(refused({"--attach", ":1234", "1", "2"}) == "--attach wants ADDRESS and PID (see stub --help)");
  CHECK(refused({"--attach", ":1234", "1x"}) == "bad process id '1x': want a decimal number (see stub --help)");
  CHECK(refused({"--frobnicate", ":1234", "prog"}) == "unknown option '--frobnicate' (see stub --help)");
  CHECK(refused({":1234:", "prog"}).starts_with("bad "));
  CHECK(refused({"--debug=packets", "0", "prog"}) == "unknown debug option 'packets'");
  CHECK(refused({"--debug-format=date", "0", "prog"}) == "Unknown debug-format argument: \"date\"");
  CHECK(refused({"--debug-file", "0", "prog"}) == "--debug-file wants =PATH (see stub --help)");
  CHECK(refused({"--disable-packet=qC,g", "0", "prog"}) == "Don't know how to disable \"g\".");
  CHECK(refused({"--allow"}).ends_with("(see stub --help)"));
}

TEST_CASE("a process id is a positive decimal number") {
  for (const auto* pid : {"0", "-1", "0x10", "1a", "", "2147483648", "99999999999999999999"}) {
    CAPTURE(pid);
    CHECK(refused({"--attach", ":1234", pid}).starts_with("bad process id"));
  }
}

TEST_CASE("a client may name what to debug") {
  CHECK(served({"--multi", "0"}).multi);
  CHECK(served({"--multi", "0"}).program.empty());
  CHECK(served({"--multi", "0", "prog"}).program == Words{"prog"});
}

TEST_CASE("a wrapper ends at --, and what is behind it is the rest of the command line") {
  const auto options = served({"--once", "--wrapper", "env", "A=b", "--", "0", "prog", "--", "x"});
  CHECK(options.wrapper == Words{"env", "A=b"});
  CHECK(options.once);
  CHECK(options.program == Words{"prog", "--", "x"});
  CHECK(served({"0", "prog", "--wrapper", "x", "--"}).wrapper.empty());
  CHECK(refused({"--wrapper", "env", "0", "prog"}) == "--wrapper wants a command, ended by -- (see stub --help)");
  CHECK(refused({"--wrapper", "--", "0", "prog"}) == "--wrapper wants a command, ended by -- (see stub --help)");
}

TEST_CASE("the shell is gdbserver's way to start, not ours") {
  CHECK_FALSE(served({"0", "prog"}).startup_with_shell);
  CHECK(served({"--startup-with-shell", "0", "prog"}).startup_with_shell);
  CHECK_FALSE(served({"--no-disable-randomization", "0", "prog"}).disable_randomization);
  const auto as_gdbserver = std::get<ServeOptions>(parse_options({"0", "prog"}, "gdbserver").value());
  CHECK(as_gdbserver.startup_with_shell);
  CHECK_FALSE(as_gdbserver.hints);
  CHECK_FALSE(std::get<ServeOptions>(parse_options({"--no-startup-with-shell", "0", "p"}, "gdbserver").value())
                  .startup_with_shell);
}

TEST_CASE("standard streams and serial lines are places too, for one client at a time") {
  for (const auto* word : {"-", "stdio"}) {
    const auto options = served({word, "prog", "-"});
    CHECK(options.standard_streams);
    CHECK(options.once);
    CHECK(options.has_line());
    CHECK(options.program == Words{"prog", "-"});
  }
  CHECK(served({"-", "--attach", "12"}).attach == Pid{12});
  CHECK(served({"--multi", "-"}).standard_streams);
  const auto serial = served({"--attach", "/dev/serial/by-path/pci-0000:00:14.0", "12"});
  CHECK(serial.serial_line == "/dev/serial/by-path/pci-0000:00:14.0");
  CHECK_FALSE(serial.once);
  CHECK(serial.withheld.hides("QStartNoAckMode"));
  CHECK_FALSE(served({"0", "prog"}).has_line());
}

TEST_CASE("gdbserver's options about its own doing are understood in any order") {
  using Part = Trace::Part;
  const auto bare = served({"--debug", "--once", "0", "prog"});
  CHECK(bare.trace.tells(Part::threads));
  CHECK_FALSE(bare.trace.tells(Part::remote));
  CHECK(bare.program == Words{"prog"});
  const auto chosen = served({"--debug=all,-threads", "--debug-format=all", "--debug-file=/x", "0", "prog"}).trace;
  CHECK_FALSE(chosen.tells(Part::threads));
  CHECK(chosen.tells(Part::remote));
  CHECK(chosen.tells(Part::event_loop));
  const auto older = served({"--event-loop-debug", "--remote-debug", "0", "prog"}).trace;
  CHECK(older.tells(Part::event_loop));
  CHECK(older.tells(Part::remote));
  CHECK_FALSE(older.tells(Part::threads));
  CHECK(served({"--no-escape-args", "--startup-with-shell", "--no-startup-with-shell", "0", "p"}).raw_arguments);
}

TEST_CASE("packets to be withheld are named, or listed") {
  const auto withheld = served({"--disable-packet=T,qfThreadInfo", "--once", "0", "prog"}).withheld;
  CHECK(withheld.details_of_stops);
  CHECK(withheld.hides("qfThreadInfo"));
  CHECK(printed({"--disable-packet"}).starts_with("Disableable packets:\n  vCont "));
  CHECK(printed({"--once", "--disable-packet", "0", "prog"}) == printed({"--disable-packet"}));
}

TEST_CASE("there are no self tests, and those who ask are told in gdbserver's words") {
  CHECK(printed({"--selftest"}) == "Selftests have been disabled for this build.\n");
  CHECK(printed({"--selftest=regcache"}) == printed({"--selftest"}));
}

TEST_CASE("lldb starts a server of its own as gdbserver, its subcommand") {
  const auto local = served({"gdbserver", "--fd=7", "--native-regs", "--setsid"});
  CHECK(local.descriptor == 7);
  CHECK(local.own_session);
  CHECK(local.multi);
  CHECK(local.once);
  const auto called = served({"gdbserver", "--reverse-connect", "[::1]:4711"});
  CHECK(called.connects);
  CHECK(called.address.host == "::1");
  CHECK(called.address.port == 4711);
  CHECK(served({"gdbserver", "--attach", "12", "localhost:0"}).attach == Pid{12});
  CHECK(served({"gdbserver", "tcp://[127.0.0.1]:5", "--", "prog", "-x"}).program == Words{"prog", "-x"});
  CHECK(served({"gdbserver", "*:5"}).address.scope == Scope::all);
  CHECK(refused({"gdbserver"}) == "no ADDRESS to listen on (see stub --help)");
  CHECK(refused({"gdbserver", "--fd=x"}) != "accepted");
}

TEST_CASE("lldb-server's options stand before the address or behind it, with one dash or two, up to the program") {
  const auto options = served({"gdbserver", "-log-file", "/tmp/log", "localhost:0", "-named-pipe=/tmp/pipe", "--pipe",
                               "5", "--log-channels=lldb process", "--", "prog", "-log-file", "--pipe"});
  CHECK(options.port_file == "/tmp/pipe");
  CHECK(options.port_pipe == 5);
  CHECK(options.trace.tells(Trace::Part::remote));
  CHECK(options.own_terminal);
  CHECK(options.program == Words{"prog", "-log-file", "--pipe"});
  CHECK(served({"gdbserver", ":5", "-S", "prog", "-fd=1"}).program == Words{"prog", "-fd=1"});
  CHECK(refused({"gdbserver", ":5", "--frobnicate"}) == "unknown option '--frobnicate' (see stub --help)");
  CHECK(printed({"gdbserver", "--help"}) == printed({"--help"}));
  CHECK(std::get<PrintAndExit>(parse_options({"version"}, "lldb-server").value()).text == printed({"--version"}));
}

TEST_CASE("lldb-server's URLs say what listens and who is called") {
  const auto local = served({"gdbserver", "unix:///tmp/socket"});
  CHECK(local.address.scope == Scope::local);
  CHECK(local.address.host == "/tmp/socket");
  CHECK_FALSE(local.connects);
  CHECK(served({"gdbserver", "--reverse-connect", "/tmp/socket"}).connects);
  CHECK(served({"gdbserver", "unix-connect:///tmp/socket"}).connects);
  CHECK(served({"gdbserver", "unix-abstract-connect://name"}).address.host == std::string("\0name", 5));
  CHECK(served({"gdbserver", "connect://localhost:5"}).connects);
  CHECK_FALSE(served({"gdbserver", "listen://localhost:5"}).connects);
  CHECK(served({"gdbserver", "serial:///dev/pts/3?baud=9600"}).serial_line == "/dev/pts/3");
  CHECK(refused({"gdbserver", "udp://localhost:5"}).starts_with("bad address"));
}

TEST_CASE("stub run takes its policy from options, and what they do not say from variables") {
  const auto run = served({"run", "--on-crash=core=d", "--only", "a", "--only=b", "prog", "--listen", "x"});
  CHECK(run.program == Words{"prog", "--listen", "x"});
  CHECK(run.policy->on_crash == crash::Actions{crash::action::Core{"d"}});
  CHECK(run.policy->only == Words{"a", "b"});
  CHECK_FALSE(run.policy->on_timeout);
  CHECK(served({"run", "--", "-x"}).program == Words{"-x"});
  CHECK(served({"run", "prog"}).policy->on_crash == crash::Actions{crash::action::Report{}});
  CHECK(served({"run", "--ci", "prog"}).policy->on_crash.size() == 2);
  const auto variables = [](const std::string& name) {
    if (name == "STUB_ON_CRASH") return std::optional<std::string>("wait=1m");
    if (name == "STUB_LISTEN") return std::optional<std::string>(":7");
    return name == "STUB_ONLY" ? std::optional<std::string>("a,b") : std::nullopt;
  };
  const auto by_variables = std::get<ServeOptions>(parse_options({"run", "prog"}, "stub", variables).value());
  CHECK(by_variables.policy->on_crash == crash::Actions{crash::action::Wait{std::chrono::seconds(60)}});
  CHECK(by_variables.policy->only == Words{"a", "b"});
  CHECK(by_variables.address.port == 7);
  const auto both = std::get<ServeOptions>(parse_options({"run", "--on-crash=report", "x"}, "stub", variables).value());
  CHECK(both.policy->on_crash == crash::Actions{crash::action::Report{}});
}

TEST_CASE("what stub run cannot mean is refused") {
  CHECK(refused({"run"}).contains("no COMMAND"));
  CHECK(refused({
                    "run",
                    "--",
                })
            .contains("no COMMAND"));
  CHECK(refused({"run", "--bad", "prog"}).contains("unknown option"));
  CHECK(refused({"run", "--on-crash=wait", "prog"}).contains("want"));
  CHECK(refused({"run", "--listen", ":1", "prog"}).contains("wait"));
}
