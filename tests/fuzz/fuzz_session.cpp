// Any packets, a line each, to a session on the fake target; a line that begins with ! is an event of the debuggee.
#include <cstddef>
#include <cstdint>

#include "protocol/cursor.hpp"
#include "protocol/framing.hpp"
#include "stub/session/session.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_target.hpp"

namespace {

using namespace stub;

void something_happens(test::FakeTarget& target, char what) {
  const ThreadId thread{Pid{1}, Tid{1}};
  const auto threads = target.threads(Pid{1});
  if (threads.empty() || target.stopped(thread)) return;
  if (what == 'x') return target.happen({thread, stop::Exited{1}});
  if (what == 's') return target.happen({thread, stop::Step{}});
  target.happen({thread, stop::ProgramBreakpoint{Address{0x401000}}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::FakeTarget target;
  test::FakeHost host;
  host.add_file("/x", "0123456789");
  const auto admit = [](Session& session, Role role) -> Result<> {
    if (role == Role::debugging) session.claim(Pid{1});
    return {};
  };
  Session session(target, host, admit,
                  {.launch = [](const LaunchSettings&) -> Result<Pid> { return fail(Errc::unsupported, "no"); },
                   .attach = [](Pid) -> Result<> { return fail(Errc::unsupported, "no"); },
                   .let_go = [](Pid) {},
                   .before_resume = {},
                   .printed = [] { return std::string(); },
                   .type = [](std::string_view) -> Result<> { return {}; },
                   .expect_debugger = [](const std::string&) -> Result<std::uint16_t> { return std::uint16_t{1}; },
                   .port_of_waiting = [] { return std::optional<std::uint16_t>(); },
                   .end_released = [](Pid) -> Result<> { return {}; }});
  Cursor in(as_text({data, size}));
  while (!in.done()) {
    const auto line = in.until('\n');
    if (line.starts_with('!')) {
      something_happens(target, line.size() > 1 ? line[1] : ' ');
    } else {
      session.receive(line.starts_with('$') ? std::string(line) : encode_packet(line, RunLengths::off));
    }
    while (session.step()) session.pump();
    session.pump();
    static_cast<void>(session.take_output());
  }
  return 0;
}
