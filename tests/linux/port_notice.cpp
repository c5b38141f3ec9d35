// Whoever started us is told where we listen.
#include "stub/linux/port_notice.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

#include "tests/support/catch.hpp"

using namespace stub;

TEST_CASE("a pipe gets the port and a NUL, and is closed") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  CHECK(tell_port(ends[1], "4711"));
  std::array<char, 16> got{};
  CHECK(::read(ends[0], got.data(), got.size()) == 5);
  CHECK(std::string_view(got.data(), 5) == std::string_view("4711\0", 5));
  CHECK(::read(ends[0], got.data(), got.size()) == 0);
  ::close(ends[0]);
}

TEST_CASE("a named pipe's reader may come later") {
  const auto path = "/tmp/stub-port-notice-" + std::to_string(::getpid());
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  std::string got;
  std::thread reader([&] {
    ::usleep(50'000);
    std::getline(std::ifstream(path), got);
  });
  CHECK(tell_port(path, "80"));
  reader.join();
  ::unlink(path.c_str());
  CHECK(got == std::string("80\0", 3));
}

TEST_CASE("a pipe that is not there is said") {
  CHECK(tell_port("/no/such/pipe", "80").error().text == "Cannot open /no/such/pipe: No such file or directory");
  CHECK_FALSE(tell_port(-1, "80"));
}
