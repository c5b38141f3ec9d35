// ListenAddress: where to listen, or whom to call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace stub {

struct ListenAddress {
  enum class Scope : std::uint8_t { loopback, host, all, local };
  enum class Family : std::uint8_t { any, v4, v6 };
  Scope scope{};
  std::string host;        // of Scope::host: a name or an address; of Scope::local: a path, or NUL and an abstract name
  std::uint16_t port = 0;  // 0: any free one
  Family family = Family::any;
};

// PORT (loopback), HOST:PORT, [v6]:PORT, :PORT (all interfaces); before it tcp:, tcp4: or tcp6:. An error's text names
// cause and cure.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);
// The same in lldb-server's words: *:PORT is all interfaces too.
[[nodiscard]] Result<ListenAddress> parse_lldb_address(std::string_view text);

}  // namespace stub
