// Breakpoints and watchpoints reach the target as the client said them.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("Z0 inserts and z0 removes a breakpoint") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z0,401000,1
    < OK
    * insert breakpoint 0x401000 1
    > z0,401000,1
    < OK
    * remove breakpoint 0x401000 1
  )") == as_written);
}

TEST_CASE("Z2 inserts and z2 removes a watchpoint") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z2,404008,8
    < OK
    * insert watchpoint 0x404008 8
    > z2,404008,8
    < OK
    * remove watchpoint 0x404008 8
  )") == as_written);
}

TEST_CASE("the same breakpoint twice is one breakpoint") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z0,401000,1
    < OK
    > Z0,401000,1
    < OK
    > z0,401000,1
    < OK
    > z0,401000,1
    < OK
  )") == as_written);
}

TEST_CASE("conditions and commands reach the target, and the newest packet's count") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z0,401000,1;X3,220127X3,220027
    < OK
    * insert breakpoint 0x401000 1 if 220127 if 220027
    > Z0,401000,1;X3,220027;cmds:0,X1,27
    < OK
    * insert breakpoint 0x401000 1 if 220027 do 27
    > Z0,401000,1
    < OK
    * insert breakpoint 0x401000 1
  )") == as_written);
}

TEST_CASE("a malformed condition changes nothing") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z0,401000,1;Xffffffff,00
    < E.malformed…
    > Z0,401000,1;X2,27
    < E.malformed…
    > z0,401000,1;X1,27
    < E.malformed…
  )") == as_written);
  CHECK(talk.target.take_journal().empty());
}

TEST_CASE("a breakpoint with commands that persist stays when its client is gone") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("Z0,401000,1;cmds:1,X1,27") == "OK");
  CHECK(talk.ask("Z0,401001,1;cmds:0,X1,27") == "OK");
  CHECK(talk.ask("Z0,401002,1") == "OK");
  CHECK(talk.ask("Z0,401002,1;cmds:1,X1,27") == "OK");
  CHECK(talk.ask("Z0,401003,1;cmds:1,X1,27") == "OK");
  CHECK(talk.ask("Z0,401003,1") == "OK");
  static_cast<void>(talk.target.take_journal());
  talk.session.abandon();
  CHECK(talk.target.take_journal() ==
        std::vector<std::string>{"remove breakpoint 0x401001 1", "remove breakpoint 0x401003 1", "pass 1:"});
}

TEST_CASE("a breakpoint where no memory is, is an error") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("Z0,500000,1") == "E09");
}

TEST_CASE("Z1 and Z4 insert hardware breakpoints and access watchpoints") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z1,401000,1
    < OK
    * insert hardware breakpoint 0x401000 1
    > Z4,404008,8
    < OK
    * insert access watchpoint 0x404008 8
    > z1,401000,1
    < OK
    * remove hardware breakpoint 0x401000 1
    > z4,404008,8
    < OK
    * remove access watchpoint 0x404008 8
  )") == as_written);
}

TEST_CASE("gdb hears that nothing can be watched for reads alone, so that it leaves the writes out itself") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("Z3,404000,4") == "(empty)");
  CHECK(talk.ask("z3,404000,4") == "(empty)");
  CHECK(talk.target.take_journal().empty());
}

TEST_CASE("lldb gets read watchpoints, which it removes again") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > Z3,404008,8
    < OK
    * insert read watchpoint 0x404008 8
    > z3,404008,8
    < OK
    * remove read watchpoint 0x404008 8
  )") == as_written);
}

TEST_CASE("types of stoppoints that nobody has are unknown") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("Z5,401000,1") == "(empty)");
  CHECK(talk.ask("z5,401000,1") == "(empty)");
}

TEST_CASE("lldb hears how many watchpoints there can be") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("qWatchpointSupportInfo:") == "num:4;");
}

TEST_CASE("signals to pass are told to the target in the kernel's numbers") {
  SECTION("gdb") {
    Conversation talk(gdb_16);
    CHECK(talk.play(R"(
      > QPassSignals:e;10;14;1e
      < OK
      * pass 1: 10 14 17 23
    )") == as_written);
  }
  SECTION("lldb") {
    Conversation talk(lldb_19);
    CHECK(talk.play(R"(
      > QPassSignals:0a;0e;11
      < OK
      * pass 1: 10 14 17
    )") == as_written);
  }
}

// gdb lists all the signals that it knows; the kernel has not all of them.
TEST_CASE("signals that may be delivered at a detach are told to the target in the kernel's numbers") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > QProgramSignals:0;1;e;1e;22;8f
    < OK
    * deliver at detach 1: 0 1 10 14
    > QProgramSignals:
    < OK
    * deliver at detach 1:
  )") == as_written);
}

TEST_CASE("what a client has said about signals at a detach outlives it, until the next comes") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("QProgramSignals:1e") == "OK");
  static_cast<void>(talk.target.take_journal());
  talk.session.abandon();
  CHECK(talk.target.take_journal() == std::vector<std::string>{"pass 1:"});
  Session next(talk.target, talk.host, [](Session&, Role) { return Result<>{}; }, {});
  next.claim(Pid{1});
  CHECK(talk.target.take_journal() == std::vector<std::string>{"deliver at detach 1: as ever"});
}

TEST_CASE("after an exec the client's stoppoints are gone with the old program") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z0,401000,1
    < OK
    > vCont;c
    < (running)
    ! exec 1.1 /bin/true
    < T05exec:…
  )") == as_written);
  static_cast<void>(talk.target.take_journal());
  talk.session.abandon();
  CHECK(talk.target.take_journal() == std::vector<std::string>{"pass 1:"});
}
