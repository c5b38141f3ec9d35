// Options: the command line, understood.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub {

// Where to listen.
struct ListenAddress {
  enum class Scope : std::uint8_t { loopback, host, all };
  Scope scope{};
  std::string host;        // of Scope::host: a name or an address
  std::uint16_t port = 0;  // 0: any free one
};

struct ServeOptions {
  ListenAddress address;
  std::vector<std::string> program;  // with its arguments; empty: attach, or --multi
  std::optional<Pid> attach;
  bool once = false;
  bool multi = false;  // stays until it is told to end; there may be no program
  bool startup_with_shell = false;
  bool disable_randomization = true;
  std::vector<std::string> wrapper;  // a command that runs the program
  std::optional<int> descriptor;     // an open socket: its other end is the one client, nobody listens
  bool connects = false;             // the address is called, not listened on
  bool own_session = false;          // setsid(2)
  bool hints = true;                 // says how to connect
  std::vector<std::string> allow;    // CIDRs, or "any"
};
struct PrintAndExit {
  std::string text;
};

using Options = std::variant<ServeOptions, PrintAndExit>;

// PORT (loopback), HOST:PORT, [v6]:PORT, :PORT (all interfaces).
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

// `name` is what we are called by: as gdbserver or lldb-server its command line is understood, with its defaults.
// An error's text names cause and cure.
[[nodiscard]] Result<Options> parse_options(const std::vector<std::string>& arguments, std::string_view name = "stub");

}  // namespace stub
