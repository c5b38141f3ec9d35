// Addresses, in all forms that gdbserver's users and ours write.
#include "stub/listen_address.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

using Family = ListenAddress::Family;
using Scope = ListenAddress::Scope;

TEST_CASE("a port alone is loopback, with a colon all interfaces, with a host that one") {
  const auto loopback = parse_listen_address("1234").value();
  CHECK(loopback.scope == Scope::loopback);
  CHECK(loopback.port == 1234);
  CHECK(loopback.family == Family::any);
  CHECK(parse_listen_address(":1234").value().scope == Scope::all);
  const auto host = parse_listen_address("localhost:65535").value();
  CHECK(host.scope == Scope::host);
  CHECK(host.host == "localhost");
  CHECK(host.port == 65535);
}

TEST_CASE("an IPv6 address stands in brackets; ::1 and :: need none") {
  CHECK(parse_listen_address("[::1]:1234").value().host == "::1");
  CHECK(parse_listen_address("[fd00::7]:1234").value().host == "fd00::7");
  CHECK(parse_listen_address("::1:1234").value().host == "::1");
  CHECK(parse_listen_address(":::1234").value().host == "::");
}

TEST_CASE("the protocol may stand before the address, and with it the family") {
  const auto v4 = parse_listen_address("tcp4:127.0.0.1:5").value();
  CHECK(v4.host == "127.0.0.1");
  CHECK(v4.family == Family::v4);
  const auto v6 = parse_listen_address("tcp6:fd00::7:5").value();
  CHECK(v6.host == "fd00::7");
  CHECK(v6.port == 5);
  CHECK(v6.family == Family::v6);
  CHECK(parse_listen_address("tcp6:[::1]:5").value().host == "::1");
  CHECK(parse_listen_address("tcp:localhost:5").value().host == "localhost");
  CHECK(parse_listen_address("tcp::5").value().scope == Scope::all);
  CHECK(parse_listen_address("tcp4:5").value().scope == Scope::loopback);
}

TEST_CASE("what is no address is refused, in words that gdbserver's drivers look for") {
  for (const auto* text : {"",
                           "x",
                           "65536",
                           "-1",
                           "host:",
                           "host:x",
                           "host:65536",
                           "[]:1",
                           "[::1:1",
                           "fd00::7:1234",
                           "1234x",
                           "0x10",
                           "99999999999999999999",
                           "tcp8:123:5",
                           "udp123::::5",
                           "garbage:1234:5",
                           "udp:5",
                           "udp4:127.0.0.1:5",
                           "udp6:[::1]:5",
                           "tcp4:fd00::7:5",
                           "tcp:",
                           "tcp:tcp:5:5"}) {
    CAPTURE(text);
    const auto address = parse_listen_address(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().text.starts_with("bad address '" + std::string(text) + "': cannot resolve name: "));
  }
}
