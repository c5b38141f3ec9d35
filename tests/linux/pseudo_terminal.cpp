// Terminals made for programs, with the kernel's own.
#include "stub/linux/pseudo_terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

constexpr std::size_t plenty = 0x100000;

Fd open_device(const PseudoTerminal& terminal) { return Fd(::open(terminal.device().c_str(), O_RDWR | O_NOCTTY)); }

void print(const Fd& device, std::string_view text) {
  REQUIRE(::write(device.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

}  // namespace

TEST_CASE("what a program prints comes with a terminal's line ends, and nothing more is no end") {
  const auto terminal = PseudoTerminal::open().value();
  const auto device = open_device(terminal);
  print(device, "one\ntwo");
  std::string out;
  CHECK(terminal.read(out, plenty));
  CHECK(out == "one\r\ntwo");
  CHECK(terminal.read(out, plenty));
  CHECK(out == "one\r\ntwo");
}

TEST_CASE("what was printed last is read when nobody has the terminal open any more") {
  const auto terminal = PseudoTerminal::open().value();
  print(open_device(terminal), "last words");
  std::string out;
  CHECK_FALSE(terminal.read(out, plenty));
  CHECK(out == "last words");
}

TEST_CASE("what is typed is read, and a terminal that is full takes no more") {
  const auto terminal = PseudoTerminal::open().value();
  const auto device = open_device(terminal);
  CHECK(terminal.write("hello\n") == 6);
  std::array<char, 16> line{};
  CHECK(::read(device.get(), line.data(), line.size()) == 6);
  CHECK(std::string_view(line.data(), 6) == "hello\n");
  const std::string lines(100000, '\n');
  CHECK(terminal.write(lines) < lines.size());
}
