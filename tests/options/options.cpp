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

TEST_CASE("options stand before the address") {
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
}

TEST_CASE("what is missing or wrong is named, with the way to help") {
  CHECK(refused({}) == "no ADDRESS to listen on (see stub --help)");
  CHECK(refused({":1234"}) == "no PROGRAM to run (see stub --help)");
  CHECK(refused({"--attach", ":1234"}) == "--attach wants ADDRESS and PID (see stub --help)");
  CHECK(refused({"--attach", ":1234", "1", "2"}) == "--attach wants ADDRESS and PID (see stub --help)");
  CHECK(refused({"--attach", ":1234", "prog"}) == "bad process id 'prog': want a decimal number (see stub --help)");
  CHECK(refused({"--frobnicate", ":1234", "prog"}) == "unknown option '--frobnicate' (see stub --help)");
  CHECK(refused({":1234:", "prog"}).starts_with("bad "));
  CHECK(refused({"--allow"}).ends_with("(see stub --help)"));
}

TEST_CASE("a process id is a positive decimal number") {
  for (const auto* pid : {"0", "-1", "0x10", "1a", "", "2147483648", "99999999999999999999"}) {
    CAPTURE(pid);
    CHECK(refused({"--attach", ":1234", pid}).starts_with("bad process id"));
  }
}

TEST_CASE("a port alone is loopback, with a colon all interfaces, with a host that one") {
  const auto loopback = parse_listen_address("1234").value();
  CHECK(loopback.scope == Scope::loopback);
  CHECK(loopback.port == 1234);
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

TEST_CASE("what is no address is refused") {
  for (const auto* text : {"", "x", "65536", "-1", "host:", "host:x", "host:65536", "[]:1", "fd00::7:1234", "1234x",
                           "0x10", "99999999999999999999"}) {
    CAPTURE(text);
    const auto address = parse_listen_address(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().text.starts_with("bad "));
  }
}
