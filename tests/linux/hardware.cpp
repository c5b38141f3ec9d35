// Debug registers on Linux: what real ones report, and who has them.
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

struct Hardware : Live {
  Address work, data;

  explicit Hardware(const std::vector<std::string>& arguments = {}) {
    launch("hardware", arguments);
    const auto heard = hear();
    work = heard.first;
    data = heard.second;
  }
  [[nodiscard]] Stoppoint breakpoint() const { return {StoppointType::hardware_breakpoint, work, 1}; }
  [[nodiscard]] Stoppoint watchpoint(StoppointType type) const { return {type, data, 8}; }
  void insert(const Stoppoint& stoppoint) {
    const auto inserted = engine.insert(pid, stoppoint);
    INFO((inserted ? "" : inserted.error().text));
    REQUIRE(inserted);
  }
  void remove(const Stoppoint& stoppoint) { REQUIRE(engine.remove(pid, stoppoint)); }
};

// Passes signals on (SIGCHLD).
std::string go(Hardware& hardware) {
  auto event = hardware.go_on();
  while (told(event) == "signal 17") event = hardware.go_on();
  return told(event);
}

}  // namespace

TEST_CASE("a hardware breakpoint stops before its instruction, and the next resume goes past it") {
  Hardware hardware;
  hardware.insert(hardware.breakpoint());
  const auto before = hardware.load(hardware.work);
  REQUIRE(go(hardware) == "hardware breakpoint");
  CHECK(hardware.pc(hardware.first()) == hardware.work);
  CHECK(hardware.load(hardware.work) == before);
  CHECK(hardware.load(hardware.data) == 0);
  REQUIRE(go(hardware) == "hardware breakpoint");  // in the thread: not in the child
  CHECK(hardware.load(hardware.data) == 1);
  CHECK(go(hardware) == "exited 7");
}

TEST_CASE(
    "a step from a hardware breakpoint is one instruction, and one onto it says so at the latest when it goes on") {
  Hardware hardware;
  hardware.insert(hardware.breakpoint());
  REQUIRE(go(hardware) == "hardware breakpoint");
  REQUIRE(hardware.step(hardware.first()) == "step");
  const auto second = hardware.pc(hardware.first());
  CHECK(second != hardware.work);
  const Stoppoint here{StoppointType::hardware_breakpoint, second, 1};
  hardware.remove(hardware.breakpoint());
  hardware.insert(here);
  CHECK(go(hardware) == "hardware breakpoint");
  CHECK(hardware.pc(hardware.first()) == second);
  REQUIRE(hardware.step(hardware.first()) == "step");
  CHECK(hardware.pc(hardware.first()) != second);
}

TEST_CASE("a hardware breakpoint is hit again by a thread that is sent to it anew") {
  Hardware hardware;
  hardware.insert(hardware.breakpoint());
  REQUIRE(go(hardware) == "hardware breakpoint");
  REQUIRE(hardware.step(hardware.first()) == "step");
  Bytes pc(8);
  for (unsigned i = 0; i < 8; ++i) pc[i] = static_cast<std::uint8_t>(hardware.work.value >> (8 * i));
  hardware.insert({StoppointType::hardware_breakpoint, hardware.pc(hardware.first()), 1});
  REQUIRE(go(hardware) == "hardware breakpoint");  // now the next instruction may pass
  hardware.set(hardware.first(), "rip", pc);
  CHECK(go(hardware) == "hardware breakpoint");
  CHECK(hardware.pc(hardware.first()) == hardware.work);
}

TEST_CASE("of a hardware and a software breakpoint at one address the hardware one comes first") {
  Hardware hardware;
  hardware.insert(hardware.breakpoint());
  hardware.Live::insert(hardware.work);
  REQUIRE(go(hardware) == "hardware breakpoint");
  REQUIRE(go(hardware) == "breakpoint");
  CHECK(hardware.pc(hardware.first()) == hardware.work);
}

TEST_CASE("an access watchpoint is hit by a read and by a write") {
  Hardware hardware;
  hardware.insert(hardware.watchpoint(StoppointType::access_watchpoint));
  REQUIRE(go(hardware) == "watchpoint");
  CHECK(hardware.load(hardware.data) == 0);
  REQUIRE(go(hardware) == "watchpoint");
  CHECK(hardware.load(hardware.data) == 1);
}

TEST_CASE("a watchpoint on some bytes of a word is hit where the word is written, on its neighbours it is not") {
  Hardware hardware;
  hardware.insert({StoppointType::write_watchpoint, hardware.data - 8, 8});
  const Stoppoint odd{StoppointType::write_watchpoint, hardware.data + 5, 3};  // two pieces
  hardware.insert(odd);
  const auto event = hardware.go_on();
  REQUIRE(told(event) == "watchpoint");
  CHECK(std::get<stop::Watchpoint>(event.what).stoppoint == odd);
  CHECK(std::get<stop::Watchpoint>(event.what).hit == hardware.data + 5);
  CHECK(std::get<stop::Watchpoint>(event.what).slot == 1);
}

TEST_CASE("slots take any stoppoint after any other") {
  Hardware hardware;
  for (const auto& stoppoint : {hardware.watchpoint(StoppointType::write_watchpoint), hardware.breakpoint(),
                                Stoppoint{StoppointType::access_watchpoint, hardware.data + 1, 1},
                                Stoppoint{StoppointType::write_watchpoint, hardware.data + 2, 2},
                                Stoppoint{StoppointType::write_watchpoint, hardware.data, 32}}) {
    hardware.insert(stoppoint);
    hardware.remove(stoppoint);
  }
  hardware.insert(hardware.watchpoint(StoppointType::write_watchpoint));
  CHECK(go(hardware) == "watchpoint");
}

TEST_CASE("an address of the kernel's is refused, and the others go on to work") {
  Hardware hardware;
  hardware.insert(hardware.watchpoint(StoppointType::write_watchpoint));
  CHECK_FALSE(hardware.engine.insert(hardware.pid, {StoppointType::write_watchpoint, {0xffff800000000000}, 8}));
  CHECK(go(hardware) == "watchpoint");
  CHECK(hardware.warnings.empty());
}

TEST_CASE("a forked child is not hurt by its parent's debug registers, a new thread has them") {
  Hardware hardware;
  hardware.insert(hardware.breakpoint());
  hardware.insert(hardware.watchpoint(StoppointType::write_watchpoint));
  REQUIRE(go(hardware) == "hardware breakpoint");
  REQUIRE(go(hardware) == "watchpoint");
  auto event = hardware.go_on();  // fork and wait come first: 7 tells that the child has not died
  while (told(event) == "signal 17") event = hardware.go_on();
  REQUIRE(told(event) == "hardware breakpoint");
  CHECK(event.thread != hardware.first());
  REQUIRE(go(hardware) == "watchpoint");
  CHECK(go(hardware) == "exited 7");
}

TEST_CASE("debug registers end with an exec") {
  Hardware hardware({"again"});
  const auto watchpoint = hardware.watchpoint(StoppointType::write_watchpoint);
  hardware.insert(watchpoint);
  REQUIRE(go(hardware) == "watchpoint");
  REQUIRE(go(hardware) == "exec");
  REQUIRE(hardware.hear().second == hardware.data);  // the same place
  SECTION("of themselves") { CHECK(go(hardware) == "exited 7"); }
  SECTION("and work when the same are set again") {
    hardware.insert(watchpoint);
    CHECK(go(hardware) == "watchpoint");
    CHECK(hardware.load(hardware.data) == 1);  // by the first thread
  }
}

TEST_CASE("a process that is detached from keeps no debug register") {
  Hardware hardware;
  hardware.insert(hardware.breakpoint());
  hardware.insert(hardware.watchpoint(StoppointType::access_watchpoint));
  REQUIRE(go(hardware) == "hardware breakpoint");
  REQUIRE(hardware.engine.detach(hardware.pid));
  std::optional<WaitStatus> status;
  for (int i = 0; i < 100 && !status; ++i)
    status = hardware.kernel.wait(leader(hardware.pid), Kernel::Milliseconds(100));
  REQUIRE(status);
  REQUIRE(std::holds_alternative<wait_status::Exited>(status->reason));
  CHECK(std::get<wait_status::Exited>(status->reason).code == 7);
}

TEST_CASE("threads that run are stopped for a moment to get a hardware breakpoint, and to lose it") {
  Live live;
  live.launch("crowd");
  for (int i = 0; i < 3; ++i) REQUIRE(live.go() == "signal 10");
  const auto spinning = live.pc(live.first());
  for (int i = 0; i < 20; ++i) {
    live.resume_all();
    const Stoppoint breakpoint{StoppointType::hardware_breakpoint, spinning, 1};
    REQUIRE(live.engine.insert(live.pid, breakpoint));
    REQUIRE(live.engine.remove(live.pid, breakpoint));
    live.engine.hold(live.pid);
    while (live.engine.next_event(HeldBack::take)) {}
  }
  CHECK(live.engine.threads(live.pid).size() == 3);
}

}  // namespace stub
