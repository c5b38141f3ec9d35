// Memory mapped by a debuggee while it waits in system calls, whose results are right afterwards.
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

constexpr Permissions all{true, true, true};

}  // namespace

TEST_CASE("mapping memory in a thread that waits does not change what its system call returns") {
  for (const auto& cpu : architectures()) {
    for (const std::string call : {"nanosleep", "poll", "read"}) {
      INFO(call << cpu);
      Live live;
      live.launch("waits" + cpu, {call});
      live.run_into_the_wait(live.hear().first);
      live.engine.hold(live.pid);
      const auto memory = live.engine.allocate_memory(live.first(), 10000, all);
      REQUIRE(memory);
      CHECK(live.engine.write_memory(live.pid, *memory + 9990, Bytes(10, 1)));
      live.resume_all();
      live.engine.hold(live.pid);
      CHECK(live.engine.deallocate_memory(live.first(), *memory));
      CHECK_FALSE(live.engine.read_memory(live.pid, *memory, 1));
      auto end = live.go();
      while (end == "signal 17") end = live.go();
      CHECK(end == "exited 0");
    }
  }
}

TEST_CASE("memory is mapped at the first instruction and at a breakpoint") {
  Live live;
  live.launch("breakpoints");
  const auto early = live.engine.allocate_memory(live.first(), 1, all);
  REQUIRE(early);
  const auto work = live.hear().first;
  live.insert(work);
  REQUIRE(live.go() == "breakpoint");
  const auto registers = live.engine.save_registers(live.first()).value();
  REQUIRE(live.engine.allocate_memory(live.first(), 1, {true, false, false}));
  CHECK(live.pc(live.first()) == work);
  CHECK(live.engine.restore_registers(live.first(), registers));
  CHECK(live.engine.deallocate_memory(live.first(), *early));
  live.remove(work);
  CHECK(live.go() == "exited 7");
}

TEST_CASE("memory is mapped while a signal is pending, which is told afterwards") {
  Live live;
  live.launch("handles");
  const auto count = live.hear().second;
  REQUIRE(live.kernel.queue_signal(live.first(), signal(10)));
  CHECK(live.engine.allocate_memory(live.first(), 1, all));
  auto event = live.go_on();
  for (int i = 0; i < 3; ++i) {
    REQUIRE(told(event) == "signal 10");
    CHECK(live.load(count, 4) == static_cast<std::uint64_t>(i));
    event = live.go_on({{event.thread, {.signal = signal(10)}}});
  }
  CHECK(told(event) == "exited 3");
}

TEST_CASE("more memory than there is is refused with the kernel's reason") {
  Live live;
  live.launch("exits_6");
  const auto refused = live.engine.allocate_memory(live.first(), std::uint64_t{1} << 62, all);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::system);
  CHECK(live.go() == "exited 6");
}

}  // namespace stub
