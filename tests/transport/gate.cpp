// Who may come in. 203.0.113.0/24, 198.51.100.0/24 and 2001:db8::/32 are documentation's: no machine is in them.
#include "stub/transport/gate.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

bool admits(const std::vector<std::string>& allow, const char* peer) {
  return Gate::make(allow).value().admits(asio::ip::make_address(peer));
}

}  // namespace

TEST_CASE("loopback, private, shared and link-local peers come in") {
  for (const auto* peer : {"127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                           "100.64.0.1", "100.127.255.255", "169.254.1.1", "::1", "fd00::7", "fc00::1", "fe80::1"}) {
    CAPTURE(peer);
    CHECK(admits({}, peer));
  }
}

TEST_CASE("others do not") {
  for (const auto* peer :
       {"203.0.113.5", "198.51.100.7", "172.15.255.255", "172.32.0.1", "192.167.255.255", "192.169.0.1",
        "100.63.255.255", "100.128.0.1", "11.0.0.1", "2001:db8::1", "::2", "::", "fec0::1", "0.0.0.0"}) {
    CAPTURE(peer);
    CHECK_FALSE(admits({}, peer));
  }
}

TEST_CASE("an IPv4 peer of an IPv6 listener is the IPv4 peer") {
  CHECK(admits({}, "::ffff:10.1.2.3"));
  CHECK_FALSE(admits({}, "::ffff:203.0.113.5"));
  CHECK(admits({"203.0.113.0/24"}, "::ffff:203.0.113.5"));
}

TEST_CASE("--allow lets a network, an address, or everybody in") {
  CHECK(admits({"203.0.113.0/24"}, "203.0.113.255"));
  CHECK_FALSE(admits({"203.0.113.0/24"}, "203.0.114.0"));
  CHECK(admits({"203.0.113.5"}, "203.0.113.5"));
  CHECK_FALSE(admits({"203.0.113.5"}, "203.0.113.6"));
  CHECK(admits({"2001:db8:1::/48"}, "2001:db8:1:2::3"));
  CHECK_FALSE(admits({"2001:db8:1::/48"}, "2001:db8:2::3"));
  CHECK(admits({"2001:db8::1"}, "2001:db8::1"));
  CHECK_FALSE(admits({"2001:db8::1"}, "2001:db8::2"));
  CHECK(admits({"any"}, "203.0.113.5"));
  CHECK(admits({"any"}, "2001:db8::1"));
}

TEST_CASE("a network may be written with host bits") {
  CHECK(admits({"203.0.113.77/24"}, "203.0.113.5"));
  CHECK(admits({"2001:db8:1::77/48"}, "2001:db8:1::1"));
}

TEST_CASE("a network of no bits is everybody of its family") {
  CHECK(admits({"0.0.0.0/0"}, "203.0.113.5"));
  CHECK_FALSE(admits({"0.0.0.0/0"}, "2001:db8::1"));
  CHECK(admits({"::/0"}, "2001:db8::1"));
  CHECK_FALSE(admits({"::/0"}, "203.0.113.5"));
}

TEST_CASE("what is no network is refused with what is wanted") {
  for (const auto* text :
       {"", "everybody", "203.0.113.0/33", "203.0.113/24", "2001:db8::/129", "203.0.113.5/", "/24", "host.example"}) {
    CAPTURE(text);
    const auto gate = Gate::make({text});
    REQUIRE_FALSE(gate);
    CHECK(gate.error().text ==
          "bad --allow '" + std::string(text) + "': want an address, a CIDR like 203.0.113.0/24, or any");
  }
}
