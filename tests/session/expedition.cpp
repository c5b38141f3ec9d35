// What lldb is told with a stop because it would ask for it next, and how that is learnt. Register 7 is rsp, 24 is st0.
#include "stub/session/expedition.hpp"

#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

constexpr ThreadId first{Pid{1}, Tid{1}}, second{Pid{1}, Tid{2}}, third{Pid{1}, Tid{3}};
constexpr Address stack{0x7000};
constexpr StackPart nothing{};

using Part = Expedition::Part;
using Ran = Expedition::Ran;

// Thread 1.1 stops by itself; how many bytes of the others' stacks are told.
std::vector<std::size_t> bystanders_at_a_stop(Expedition& expedition) {
  static_cast<void>(expedition.stack(first, Part::stopped, stack));
  const auto of_second = expedition.stack(second, Part::bystander, stack + 0x10000);
  const auto of_third = expedition.stack(third, Part::bystander, stack + 0x20000);
  return {of_second.above, of_third.above};
}

// lldb on a process with three threads, with stacks in the page at 0x404000.
struct ThreeThreads : Conversation {
  ThreeThreads() : Conversation(lldb_19) {
    target.add_thread(second, "worker");
    target.add_thread(third, "worker");
    for (const auto& [thread, pointer] : {std::pair(first, 0x00u), {second, 0x40u}, {third, 0x80u}})
      REQUIRE(target.write_register(thread, RegisterNumber{7},
                                    Bytes{static_cast<std::uint8_t>(pointer), 0x4c, 0x40, 0, 0, 0, 0, 0}));
    static_cast<void>(target.take_journal());
    CHECK(ask("QListThreadsInStopReply") == "OK");
  }

  std::string stop() {
    static_cast<void>(ask("vCont;c"));
    target.happen({first, stop::Breakpoint{Address{0x401010}}});
    session.pump();
    return session.take_output();
  }
  std::string step() {
    static_cast<void>(ask("vCont;s:p1.1"));
    target.happen({first, stop::Step{}});
    session.pump();
    return session.take_output();
  }
};

bool tells_stack(const std::string& reply, std::string_view pointer) {
  return reply.contains("memory:0x" + std::string(pointer) + "=");
}

}  // namespace

TEST_CASE("a habit goes on for as long as each test is answered") {
  Habit habit(4, Habit::AtFirst::told);
  for (int stop = 1; stop <= 12; ++stop) {
    CHECK(habit.told());
    CHECK(habit.tested() == (stop % 4 == 0));
    if (habit.tested()) habit.ask();
    habit.go_on();
  }
  CHECK(habit.told());
}

TEST_CASE("a habit ends with the first test that is not answered, and begins again when the client asks") {
  Habit habit(3, Habit::AtFirst::told);
  for (int stop = 1; stop <= 3; ++stop) habit.go_on();
  CHECK_FALSE(habit.told());
  for (int stop = 1; stop <= 9; ++stop) habit.go_on();
  CHECK_FALSE(habit.told());
  habit.ask();
  int stops = 0;
  for (; habit.told() && stops < 100; ++stops) habit.go_on();
  CHECK(stops == 4);  // that one, and three
}

TEST_CASE("what is asked for between tests answers none") {
  Habit habit(3, Habit::AtFirst::told);
  habit.ask();
  for (int stop = 1; stop <= 3; ++stop) habit.go_on();
  CHECK_FALSE(habit.told());
}

TEST_CASE(
    "a client that never looks at other threads is told of their stacks at four stops, the last without a sample") {
  Expedition expedition;
  for (int stop = 1; stop <= 3; ++stop) {
    CHECK(bystanders_at_a_stop(expedition) == std::vector<std::size_t>{256, 256});
    expedition.go_on(Ran::all);
  }
  CHECK(bystanders_at_a_stop(expedition) == std::vector<std::size_t>{0, 256});
  CHECK(bystanders_at_a_stop(expedition) == std::vector<std::size_t>{0, 256});  // the same stop
  expedition.go_on(Ran::all);
  CHECK(bystanders_at_a_stop(expedition) == std::vector<std::size_t>{0, 0});
}

TEST_CASE("a client that looks at the sample is told of all others' stacks again") {
  Expedition expedition;
  for (int stop = 1; stop <= 16; ++stop) {
    const auto told = bystanders_at_a_stop(expedition);
    CHECK(told == std::vector<std::size_t>{stop % 4 == 0 ? 0u : 256u, 256});
    if (told.front() == 0) expedition.ask(stack + 0xff00, 0x200);  // the line of the cache that it begins in
    expedition.go_on(Ran::all);
  }
}

TEST_CASE("where only some threads ran, the others' stacks are told when they were asked for after such a stop") {
  Expedition expedition;
  expedition.go_on(Ran::some);
  CHECK(bystanders_at_a_stop(expedition) == std::vector<std::size_t>{0, 0});
  expedition.ask(stack + 0x20010, 8);
  expedition.go_on(Ran::some);
  CHECK(bystanders_at_a_stop(expedition) == std::vector<std::size_t>{256, 256});
}

TEST_CASE("stops without other threads test nothing of them") {
  Expedition expedition;
  for (int stop = 1; stop <= 20; ++stop) {
    static_cast<void>(expedition.stack(first, Part::stopped, stack));
    expedition.go_on(Ran::all);
  }
  CHECK(bystanders_at_a_stop(expedition) == std::vector<std::size_t>{256, 256});
}

TEST_CASE("a client that does not look at the stopped thread's stack is not told of it any more") {
  Expedition expedition;
  int stops = 0;
  for (; stops < 100 && expedition.stack(first, Part::stopped, stack) != nothing; ++stops) expedition.go_on(Ran::all);
  CHECK(stops == 31);
  expedition.ask(stack - 64, 8);
  expedition.go_on(Ran::all);
  CHECK(expedition.stack(first, Part::stopped, stack) == StackPart{128, 1024});
}

TEST_CASE("memory beside the stacks says nothing of them") {
  Expedition expedition;
  for (int stop = 1; stop <= 32; ++stop) {
    static_cast<void>(expedition.stack(first, Part::stopped, stack));
    expedition.ask(stack - 0x280, 0x200);
    expedition.ask(stack + 1024, 0x200);
    expedition.go_on(Ran::all);
  }
  CHECK(expedition.stack(first, Part::stopped, stack) == nothing);
}

TEST_CASE("registers that were asked for are told until the one that is left out is not asked for") {
  Expedition expedition;
  const RegisterNumber st0{24}, st1{25};
  CHECK(expedition.registers(first).empty());
  expedition.ask(first, st1);
  expedition.ask(first, st0);
  expedition.ask(second, st1);
  for (int stop = 1; stop <= 3; ++stop) {
    expedition.go_on(Ran::all);
    CHECK(expedition.registers(first) == std::vector{st0, st1});
    CHECK(expedition.registers(second) == std::vector{st1});
    CHECK(expedition.registers(third).empty());
  }
  expedition.go_on(Ran::all);
  CHECK(expedition.registers(first) == std::vector{st1});
  CHECK(expedition.registers(second) == std::vector{st1});
  expedition.ask(first, st0);
  for (int stop = 1; stop <= 3; ++stop) expedition.go_on(Ran::all);
  CHECK(expedition.registers(first) == std::vector{st0, st1});
  expedition.go_on(Ran::all);
  expedition.ask(first, RegisterNumber{30});  // another one is no answer
  expedition.go_on(Ran::all);
  CHECK(expedition.registers(first).empty());
}

TEST_CASE("the stacks that are told at one stop are bounded") {
  Expedition expedition;
  std::size_t told = 0;
  for (int i = 0; i < 5000; ++i)
    if (expedition.stack({Pid{1}, Tid{i}}, Part::bystander, stack) != nothing) ++told;
  CHECK(told == 1024);
}

TEST_CASE("lldb hears with a stop what is on the stack, as far as it can be read, and without breakpoints") {
  ThreeThreads talk;
  const auto reply = talk.stop();
  CHECK(reply.contains(";memory:0x404b80=" + hex_bytes(Bytes(128 + 1024))));
  CHECK(reply.contains(";memory:0x404c40=" + hex_bytes(Bytes(256)) + ";"));
  CHECK(reply.contains(";memory:0x404c80=" + hex_bytes(Bytes(256)) + ";"));
}

TEST_CASE("a stack that cannot be read is left out") {
  ThreeThreads talk;
  REQUIRE(talk.target.write_register(first, RegisterNumber{7}, Bytes(8)));
  const auto reply = talk.stop();
  CHECK(reply.starts_with("$T05thread:p1.1;"));
  CHECK_FALSE(reply.contains("memory:0x0"));
  CHECK(tells_stack(reply, "404c40"));
}

TEST_CASE("below the stack pointer is told only what is in its page") {
  ThreeThreads talk;
  REQUIRE(talk.target.write_register(first, RegisterNumber{7}, Bytes{0x08, 0x40, 0x40, 0, 0, 0, 0, 0}));
  CHECK(talk.stop().contains(";memory:0x404000=" + hex_bytes(Bytes(8 + 1024)) + ";"));
}

TEST_CASE("an lldb that looks only at the thread that stopped is soon told of no other's stack, until it looks") {
  ThreeThreads talk;
  for (int stop = 1; stop <= 3; ++stop) CHECK(tells_stack(talk.stop(), "404c80"));
  CHECK(tells_stack(talk.stop(), "404c80"));
  const auto slim = talk.stop();
  CHECK_FALSE(tells_stack(slim, "404c80"));
  CHECK(tells_stack(slim, "404b80"));
  CHECK_FALSE(talk.ask("x404c80,8").empty());
  CHECK(tells_stack(talk.stop(), "404c80"));
}

TEST_CASE("an lldb that steps one thread is not told of the others' stacks") {
  ThreeThreads talk;
  const auto reply = talk.step();
  CHECK(tells_stack(reply, "404b80"));
  CHECK_FALSE(tells_stack(reply, "404c40"));
}

TEST_CASE("a register that lldb has asked for comes with the next stop") {
  ThreeThreads talk;
  CHECK_FALSE(talk.stop().contains(";18:"));
  CHECK(talk.ask("p18;thread:1;") == "00000000000000000000");
  CHECK(talk.stop().contains(";18:00000000000000000000;"));
}

TEST_CASE("lldb asks once for jThreadsInfo, and learns that the stops tell all of it") {
  ThreeThreads talk;
  CHECK(talk.ask("jThreadsInfo") == "(empty)");
}

TEST_CASE("a script hears what lldb-server tells, whatever it has asked for") {
  Conversation talk("qSupported:multiprocess+");
  CHECK(talk.ask("QListThreadsInStopReply") == "OK");
  CHECK(talk.ask("p18;thread:p1.1;") == "00000000000000000000");
  static_cast<void>(talk.ask("vCont;c"));
  talk.target.happen({first, stop::Breakpoint{Address{0x401010}}});
  talk.session.pump();
  const auto reply = talk.session.take_output();
  CHECK_FALSE(reply.contains("memory:"));
  CHECK_FALSE(reply.contains(";18:"));
}

TEST_CASE("gdb's stops are the same, whatever it has asked for") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > p18
    < 00000000000000000000
    > m404000,8
    < 0000000000000000
    > vCont;c
    < (running)
    ! breakpoint 1.1 0x401010
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
  )") == as_written);
}
