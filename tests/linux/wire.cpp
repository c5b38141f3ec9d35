// The way to a client: sockets, pipes in the place of standard streams, serial lines.
#include "stub/linux/wire.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/support/catch.hpp"

using namespace stub;
using socket_io::Received;
using socket_io::Waiting;

namespace {

// Our standard input and output, put back at the end.
class StandardStreams {
 public:
  StandardStreams() : input_(::dup(STDIN_FILENO)), output_(::dup(STDOUT_FILENO)) {}
  StandardStreams(const StandardStreams&) = delete;
  StandardStreams& operator=(const StandardStreams&) = delete;
  ~StandardStreams() {
    ::dup2(input_.get(), STDIN_FILENO);
    ::dup2(output_.get(), STDOUT_FILENO);
  }

 private:
  Fd input_, output_;
};

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    read = Fd(ends[0]);
    write = Fd(ends[1]);
  }
  Fd read, write;
};

// The wire of two pipes, and their other ends.
struct Piped {
  Piped() {
    const StandardStreams kept;
    ::dup2(to_us.read.get(), STDIN_FILENO);
    ::dup2(from_us.write.get(), STDOUT_FILENO);
    to_us.read = Fd();
    from_us.write = Fd();
    wire = Wire::standard_streams().value();
    char byte = 0;
    at_end_of_input = ::read(STDIN_FILENO, &byte, 1) == 0;
  }
  Pipe to_us, from_us;
  Wire wire;
  bool at_end_of_input = false;
};

struct PseudoTerminal {
  PseudoTerminal() : master(::posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(::grantpt(master.get()) == 0);
    REQUIRE(::unlockpt(master.get()) == 0);
    name = ::ptsname(master.get());
    slave = Fd(::open(name.c_str(), O_RDWR | O_NOCTTY));
  }
  [[nodiscard]] tcflag_t local_modes() const {
    termios settings{};
    REQUIRE(::tcgetattr(slave.get(), &settings) == 0);
    return settings.c_lflag;
  }
  Fd master, slave;
  std::string name;
};

std::string read_from(int descriptor) {
  char buffer[100];
  const auto got = ::read(descriptor, buffer, sizeof buffer);
  return {buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

std::string received(const Wire& wire) {
  std::string out;
  return wire.receive(Waiting::until_tick, out) == Received::bytes ? out : "(nothing)";
}

Received peek(const Wire& wire) {
  std::string out;
  return wire.receive(Waiting::no, out);
}

}  // namespace

TEST_CASE("standard streams carry bytes, and programs do not get them") {
  Piped piped;
  CHECK(piped.at_end_of_input);
  CHECK(peek(piped.wire) == Received::nothing);
  REQUIRE(::write(piped.to_us.write.get(), "$g#67", 5) == 5);
  CHECK(received(piped.wire) == "$g#67");
  CHECK(piped.wire.send("+").count == 1);
  CHECK(read_from(piped.from_us.read.get()) == "+");
  CHECK((::fcntl(piped.wire.input(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(piped.wire.output(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("the end of standard input is the client's end, and so is an output that nobody reads") {
  ::signal(SIGPIPE, SIG_IGN);
  Piped piped;
  piped.to_us.write = Fd();
  CHECK(peek(piped.wire) == Received::closed);
  piped.from_us.read = Fd();
  CHECK(piped.wire.send("+").closed);
}

TEST_CASE("a pipe takes what it can hold without making us wait") {
  Piped piped;
  const std::string much(1'000'000, 'x');
  const auto sent = piped.wire.send(much);
  CHECK_FALSE(sent.closed);
  CHECK(sent.count > 0);
  CHECK(sent.count < much.size());
}

TEST_CASE("a serial line is transparent while it is open, and then as it was") {
  PseudoTerminal line;
  const auto before = line.local_modes();
  CHECK(before != 0);
  auto wire = Wire::serial_line(line.name).value();
  CHECK(line.local_modes() == 0);
  REQUIRE(::write(line.master.get(), "\x03\r\n\x04", 4) == 4);
  CHECK(received(wire) == "\x03\r\n\x04");
  CHECK(wire.send("a\nb").count == 3);
  CHECK(read_from(line.master.get()) == "a\nb");
  wire = Wire();
  CHECK(line.local_modes() == before);
}

TEST_CASE("a line that is hung up is closed") {
  PseudoTerminal line;
  const auto wire = Wire::serial_line(line.name).value();
  CHECK(peek(wire) == Received::nothing);
  line.master = Fd();
  CHECK(peek(wire) == Received::closed);
}

TEST_CASE("what is no terminal is no serial line, and what is no socket no socket") {
  CHECK(Wire::serial_line("/dev/null").error().text.starts_with("Could not open remote device /dev/null: "));
  CHECK(Wire::serial_line("/nowhere").error().text.starts_with("Could not open remote device /nowhere: No such file"));
  CHECK_FALSE(Wire::of_socket(Fd(::open("/dev/null", O_RDWR))));
  CHECK_FALSE(Wire::of_socket(Fd()));
  CHECK(peek(Wire()) == Received::closed);
}

TEST_CASE("a socket is read and written as before") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  const Fd peer(ends[1]);
  const auto wire = Wire::of_socket(Fd(ends[0])).value();
  CHECK(wire.input() == wire.output());
  CHECK(peek(wire) == Received::nothing);
  REQUIRE(::write(peer.get(), "abc", 3) == 3);
  CHECK(received(wire) == "abc");
  CHECK(wire.send("d").count == 1);
  wire.finish_sending();
  CHECK(read_from(peer.get()) == "d");
  CHECK(read_from(peer.get()).empty());
}
