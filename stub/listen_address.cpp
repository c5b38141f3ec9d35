#include "stub/listen_address.hpp"

#include <array>

#include "protocol/cursor.hpp"

namespace stub {
namespace {

using Family = ListenAddress::Family;
using Scope = ListenAddress::Scope;

struct Prefix {
  std::string_view text;
  Family family;
};
constexpr std::array prefixes = {Prefix{"tcp:", Family::any}, Prefix{"tcp4:", Family::v4}, Prefix{"tcp6:", Family::v6}};

// gdbserver's drivers look for `cannot resolve name`.
std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return fail(Errc::malformed, "bad address '" + std::string(text) + "': cannot resolve name: " + std::string(why) +
                                   " (see stub --help)");
}

std::optional<std::uint16_t> port_in(std::string_view text) {
  Cursor in(text);
  const auto port = in.decimal();
  if (!port || !in.done() || *port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

// A colon within means an IPv6 address, in brackets; gdbserver's users write ::1:PORT, and any where they said tcp6.
bool is_host(std::string_view host, Family family) {
  if (host.starts_with('[')) return host.ends_with(']') && host.size() > 2;
  return !host.contains(':') || host == "::1" || host == "::" || family == Family::v6;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  for (const std::string_view udp : {"udp:", "udp4:", "udp6:"})
    if (text.starts_with(udp)) return bad(text, "only TCP is served");
  ListenAddress address;
  auto rest = text;
  for (const auto& [prefix, family] : prefixes) {
    if (!rest.starts_with(prefix)) continue;
    rest.remove_prefix(prefix.size());
    address.family = family;
    break;
  }
  const auto colon = rest.rfind(':');
  const auto port = port_in(colon == std::string_view::npos ? rest : rest.substr(colon + 1));
  if (!port) return bad(text, "the port is a number from 0 to 65535");
  address.port = *port;
  if (colon == std::string_view::npos) return address;
  auto host = rest.substr(0, colon);
  if (!is_host(host, address.family)) return bad(text, "want PORT, HOST:PORT, [v6]:PORT or :PORT");
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  address.scope = host.empty() ? Scope::all : Scope::host;
  address.host = host;
  return address;
}

Result<ListenAddress> parse_lldb_address(std::string_view text) {
  return parse_listen_address(text.starts_with("*:") ? text.substr(1) : text);
}

}  // namespace stub
