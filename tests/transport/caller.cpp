// Calls, and what becomes of those that nobody answers.
#include "stub/transport/caller.hpp"

#include <optional>
#include <vector>

#include "tests/support/catch.hpp"

using namespace stub;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

const tcp::endpoint any_port{asio::ip::address_v4::loopback(), 0};

Result<Caller::Socket> called(asio::io_context& io, std::uint16_t port, std::chrono::milliseconds bound) {
  std::optional<Result<Caller::Socket>> out;
  const ListenAddress whom{.scope = ListenAddress::Scope::host, .host = "127.0.0.1", .port = port};
  Caller::call(io, whom, bound, [&](Result<Caller::Socket> reached) { out = std::move(reached); });
  CHECK_FALSE(out.has_value());  // not before the event loop runs
  while (!out && io.run_one() != 0) {}
  REQUIRE(out.has_value());
  return std::move(*out);
}

}  // namespace

TEST_CASE("a call is answered") {
  asio::io_context io;
  tcp::acceptor acceptor(io, any_port);
  auto reached = called(io, acceptor.local_endpoint().port(), 10s);
  REQUIRE(reached.has_value());
  CHECK(reached->remote_endpoint() == acceptor.local_endpoint());
}

TEST_CASE("where nobody listens a call says so") {
  asio::io_context io;
  const auto port = tcp::acceptor(io, any_port).local_endpoint().port();
  const auto reached = called(io, port, 10s);
  REQUIRE_FALSE(reached.has_value());
  CHECK(reached.error().number == ECONNREFUSED);
  CHECK(reached.error().text == "Cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

// Linux drops what comes to a listener whose backlog is full (tcp(7), listen(2)).
TEST_CASE("a call to whoever drops it ends after its time") {
  asio::io_context io;
  tcp::acceptor acceptor(io);
  acceptor.open(tcp::v4());
  acceptor.bind(any_port);
  acceptor.listen(0);
  const auto port = acceptor.local_endpoint().port();
  std::vector<Caller::Socket> waiting;
  waiting.reserve(1);
  waiting.push_back(called(io, port, 10s).value());
  const auto begun = std::chrono::steady_clock::now();
  const auto reached = called(io, port, 200ms);
  CHECK(std::chrono::steady_clock::now() - begun < 10s);
  REQUIRE_FALSE(reached.has_value());
  CHECK(reached.error().number == ETIMEDOUT);
}
