// Options: the command line, understood.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "protocol/withheld.hpp"
#include "stub/crash/policy.hpp"
#include "stub/listen_address.hpp"
#include "stub/trace.hpp"

namespace stub {

// What becomes of a process whose client has gone without a word about it.
struct DisconnectPolicy {
  // usual: see the README, "When the client goes away". hold: it stays as it is, for the next client.
  enum class Action : std::uint8_t { usual, hold, resume, detach, kill };
  Action action = Action::usual;
  std::chrono::milliseconds after{0};  // until then it is held, if no client comes
};

// What a program has for standard input, output and error, where its client does not say.
struct StandardFiles {
  enum class Kind : std::uint8_t { inherited, client, terminal, files };
  Kind kind = Kind::inherited;
  std::array<std::string, 3> files;  // empty: our own
};

struct ServeOptions {
  ListenAddress address;
  std::vector<std::string> program;  // with its arguments; empty: attach, or --multi
  std::optional<Pid> attach;
  std::string attach_name;    // a program's, of which one process runs
  std::string attach_inside;  // a process or cgroup: the pid to attach to is one of its pid namespace
  bool once = false;
  bool multi = false;  // stays until it is told to end; there may be no program
  bool startup_with_shell = false;
  bool disable_randomization = true;
  std::vector<std::string> wrapper;       // a command that runs the program
  std::optional<int> port_pipe;           // who is told where we listen: a descriptor,
  std::string port_file;                  // or a named pipe
  std::optional<int> descriptor;          // an open socket: its other end is the one client, nobody listens
  bool connects = false;                  // the address is called, not listened on
  std::chrono::milliseconds patience{0};  // how long it is tried to call, and called again when the client has gone
  DisconnectPolicy on_disconnect{};
  std::optional<std::chrono::milliseconds> max_idle;  // without a client; then all is let go
  StandardFiles standard_files{};
  bool own_session = false;                     // setsid(2)
  bool own_terminal = false;                    // programs get terminals of their own; their text is for the client
  bool standard_streams = false;                // the client comes by standard input and output
  std::string serial_line;                      // a device by which clients come
  bool raw_arguments = false;                   // the program's arguments are text for the shell
  bool hints = true;                            // says how to connect
  bool as_gdbserver = false;                    // fails in gdbserver's words
  std::optional<std::uint16_t> published_port;  // by which clients reach us; none: the one that we listen on
  std::optional<std::uint16_t>
      debugging_port;                   // one more to listen on, to which lldb's platform client is sent to debug
  std::string socket_file;              // is written the port into
  std::vector<std::string> allow;       // CIDRs, or "any"
  bool allow_shell = false;             // lldb's platform client may run shell commands
  std::optional<crash::Policy> policy;  // `stub run`: nobody is to notice us, until something happens
  Withheld withheld{};
  Trace trace{};

  [[nodiscard]] bool attaches() const { return attach || !attach_name.empty(); }
  // Nobody listens: there is one way by which a client can come.
  [[nodiscard]] bool has_line() const { return standard_streams || !serial_line.empty(); }
};
struct PrintAndExit {
  std::string text;
};

using Options = std::variant<ServeOptions, PrintAndExit>;

// `name` is what we are called by: as gdbserver or lldb-server its command line is understood, with its defaults.
// An error's text names cause and cure.
// `environment` has the variables that stand for options not given.
using Lookup = std::function<std::optional<std::string>(const std::string&)>;
[[nodiscard]] Result<Options> parse_options(
    const std::vector<std::string>& arguments, std::string_view name = "stub",
    const Lookup& environment = [](const std::string&) { return std::optional<std::string>(); });

}  // namespace stub
