// Internet sockets.
#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "protocol/cursor.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/system_tables.hpp"

namespace stub::system_tables {
namespace {

// include/net/tcp_states.h, in the order of their numbers from 1 on; UDP uses two of them.
constexpr std::array<std::string_view, 12> states = {"ESTABLISHED", "SYN_SENT",  "SYN_RECV", "FIN_WAIT1",
                                                     "FIN_WAIT2",   "TIME_WAIT", "CLOSE",    "CLOSE_WAIT",
                                                     "LAST_ACK",    "LISTEN",    "CLOSING",  "NEW_SYN_RECV"};

struct Endpoint {
  std::string address, port;
};

// An address is printed as words of 32 bits, each as a number of this machine (net/ipv4/tcp_ipv4.c, get_tcp4_sock).
std::optional<Endpoint> endpoint(std::string_view text, Family family) {
  constexpr std::size_t digits = 8;
  const std::size_t count = family == Family::inet ? 1 : 4;
  Cursor in(text);
  const auto address = in.until(':');
  const auto port = in.hex();
  if (address.size() != count * digits || !port || !in.done()) return std::nullopt;
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i < count; ++i) {
    Cursor word(address.substr(i * digits, digits));
    const auto value = word.hex();
    if (!value || !word.done()) return std::nullopt;
    words[i] = static_cast<std::uint32_t>(*value);
  }
  std::array<char, INET6_ADDRSTRLEN> shown{};
  ::inet_ntop(family == Family::inet ? AF_INET : AF_INET6, words.data(), shown.data(), shown.size());
  return Endpoint{shown.data(), std::to_string(*port)};
}

std::string state_name(std::string_view word) {
  const auto number = Cursor(word).hex().value_or(0);
  return number >= 1 && number <= states.size() ? std::string(states[number - 1]) : "(unknown)";
}

struct Source {
  const char* path;
  Family family;
  Transport transport;
};

}  // namespace

// sl local remote state queues timer retransmissions user …
void add_sockets(Rows& rows, std::string_view text, Family family, Transport transport, const Accounts& users) {
  constexpr std::size_t local = 1, remote = 2, state = 3, user = 7;
  Cursor in(text);
  while (!in.done()) {
    const auto words = words_of(in.until('\n'));
    if (words.size() <= user) continue;
    const auto here = endpoint(words[local], family), there = endpoint(words[remote], family);
    if (!here || !there) continue;  // the headline
    if (!rows.add({here->address, here->port, there->address, there->port, state_name(words[state]),
                   users.name_of(words[user]), family == Family::inet ? "INET" : "INET6",
                   transport == Transport::stream ? "STREAM" : "DGRAM"}))
      return;
  }
}

SystemTable sockets() {
  constexpr std::array sources = {
      Source{"/proc/net/tcp", Family::inet, Transport::stream},
      Source{"/proc/net/udp", Family::inet, Transport::datagram},
      Source{"/proc/net/tcp6", Family::inet6, Transport::stream},
      Source{"/proc/net/udp6", Family::inet6, Transport::datagram},
  };
  const auto users = Accounts::users();
  Rows rows({"I sockets",
             {"local address", "local port", "remote address", "remote port", "state", "user", "family", "protocol"},
             {}});
  for (const auto& source : sources)
    add_sockets(rows, procfs::read_file(source.path).value_or(""), source.family, source.transport, users);
  return rows.take();
}

}  // namespace stub::system_tables
