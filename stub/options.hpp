// Options: the command line, understood.
#pragma once

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

struct ServeOptions {
  ListenAddress address;
  std::vector<std::string> program;  // with its arguments; empty: attach, or --multi
  std::optional<Pid> attach;
  bool once = false;
  bool multi = false;  // stays until it is told to end; there may be no program
  bool startup_with_shell = false;
  bool disable_randomization = true;
  std::vector<std::string> wrapper;             // a command that runs the program
  std::optional<int> port_pipe;                 // who is told where we listen: a descriptor,
  std::string port_file;                        // or a named pipe
  std::optional<int> descriptor;                // an open socket: its other end is the one client, nobody listens
  bool connects = false;                        // the address is called, not listened on
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
