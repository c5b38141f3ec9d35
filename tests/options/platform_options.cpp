// The command line of lldb-server's platform mode.
#include "stub/options.hpp"
#include "tests/support/catch.hpp"

using namespace stub;

namespace {

using Scope = ListenAddress::Scope;
using Words = std::vector<std::string>;

ServeOptions served(const Words& words, std::string_view name = "stub") {
  auto options = parse_options(words, name);
  if (!options) throw std::runtime_error(options.error().text);
  return std::get<ServeOptions>(std::move(*options));
}

std::string refused(const Words& words) {
  const auto options = parse_options(words);
  return options ? "accepted" : options.error().text;
}

}  // namespace

TEST_CASE("platform mode serves many programs to one client, or to many") {
  const auto once = served({"platform", "--listen", "*:1234"});
  CHECK(once.address.scope == Scope::all);
  CHECK(once.address.port == 1234);
  CHECK(once.multi);
  CHECK(once.once);
  CHECK(once.program.empty());
  CHECK_FALSE(served({"platform", "--server", "--listen=[127.0.0.1]:0"}).once);
  CHECK(served({"p", "-L", "tcp://localhost:5"}, "lldb-server").address.port == 5);
  CHECK(refused({"p", ":5"}).starts_with("bad address 'p'"));  // to those who call us stub
}

TEST_CASE("a platform's client may run shell commands if it is said so") {
  CHECK(served({"platform", "--allow-shell", "--listen", "*:0"}).allow_shell);
  CHECK_FALSE(served({"platform", "--listen", "*:0"}).allow_shell);
}

TEST_CASE("a platform's port is written into a file") {
  CHECK(served({"platform", "--listen", "*:0", "--socket-file", "/run/port"}).socket_file == "/run/port");
  CHECK(served({"platform", "-f", "/run/port", "-L", "*:0"}).socket_file == "/run/port");
}

TEST_CASE("a platform may start with a program that waits") {
  CHECK(served({"platform", "--listen", "*:0", "--", "prog", "--server"}).program == Words{"prog", "--server"});
  CHECK(served({"platform", "--listen", "*:0", "prog", "-x"}).program == Words{"prog", "-x"});
}

TEST_CASE("a further port for debugging, and what they are outside") {
  CHECK_FALSE(served({"platform", "--listen", "*:1234"}).debugging_port);
  CHECK_FALSE(served({"platform", "--listen", "*:1234"}).published_port);
  CHECK(served({"platform", "--listen", "*:1234", "--gdbserver-port", "1235", "-P", "1236"}).debugging_port == 1235);
  CHECK(served({"platform", "--listen", "*:1234", "-m", "2000", "-M", "3000"}).debugging_port == 2000);
  CHECK(refused({"platform", "--listen", "*:1234", "-m", "2000", "-M", "2000"}) != "accepted");
  CHECK(served({"platform", "--listen", "*:1234", "--port-offset", "100"}).published_port == 1334);
  CHECK(served({"platform", "--listen", "*:1234", "-P", "9", "-p", "-1"}).published_port == 8);
  CHECK_FALSE(served({"platform", "--listen", "*:1234", "--port-offset", "99999"}).published_port);
}

TEST_CASE("a container's port may have another number outside") {
  CHECK(served({"--multi", "--published-port", "5000", ":1234"}).published_port == 5000);
  CHECK(served({"--published-port", "5000", "--wrapper", "env", "--", ":1234", "prog"}).wrapper == Words{"env"});
  CHECK(refused({"--multi", "--published-port", "0", ":1234"}) != "accepted");
  CHECK(refused({"--multi", "--published-port", "65536", ":1234"}) != "accepted");
}

TEST_CASE("what lldb-server logs is packets and threads") {
  using Part = Trace::Part;
  const auto trace = served({"platform", "--listen", "*:0", "--log-channels", "gdb-remote all"}).trace;
  CHECK(trace.tells(Part::remote));
  CHECK(trace.tells(Part::threads));
  CHECK_FALSE(served({"platform", "--listen", "*:0"}).trace.tells(Part::remote));
}

TEST_CASE("a platform's bad command line is refused") {
  CHECK(refused({"platform"}) == "platform: no --listen ADDRESS (see stub --help)");
  CHECK(refused({"platform", "--listen", "*:x"}).starts_with("bad address"));
  CHECK(refused({"platform", "--listen", "*:0", "--frobnicate"}) == "unknown option '--frobnicate' (see stub --help)");
  CHECK(refused({"platform", "--listen", "*:0", "--port-offset", "x"}) != "accepted");
}
