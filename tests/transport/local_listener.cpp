// Sockets of this machine as ways to us.
#include "stub/transport/local_listener.hpp"

#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

// One client comes, and says something.
std::string heard_at(const std::string& name) {
  asio::io_context io;
  auto listener = LocalListener::open(io, name).value();
  const auto client = LocalListener::call(io, name).value();
  REQUIRE(::write(client.get(), "hello", 5) == 5);
  std::string heard(5, ' ');
  listener.accept([&](const Fd& socket) { REQUIRE(::read(socket.get(), heard.data(), heard.size()) == 5); });
  io.run_one();
  return heard;
}

}  // namespace

TEST_CASE("clients come by a path, and an earlier server's socket there is replaced") {
  const auto path = "/tmp/stub-local-listener-" + std::to_string(::getpid());
  CHECK(heard_at(path) == "hello");
  CHECK(heard_at(path) == "hello");
  ::unlink(path.c_str());
}

TEST_CASE("clients come by an abstract name") {
  CHECK(heard_at(std::string(1, '\0') + "stub-local-listener-" + std::to_string(::getpid())) == "hello");
}

TEST_CASE("a socket that cannot be is said") {
  asio::io_context io;
  CHECK(LocalListener::open(io, "/no/such/folder/socket").error().text ==
        "Can't bind address /no/such/folder/socket: No such file or directory");
  CHECK(LocalListener::call(io, "/no/such/folder/socket").error().text.starts_with("Cannot connect to "));
  CHECK_FALSE(LocalListener::open(io, std::string(108, 'x')));
  CHECK_FALSE(LocalListener::open(io, ""));
}
