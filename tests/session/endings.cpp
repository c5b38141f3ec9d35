// How it ends: exit, signal, kill, detach, a client that goes.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("an exit is told with its code, and again when asked") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! exited 1 7
    < W07;process:1
    > ?
    < W07;process:1
  )") == as_written);
  CHECK(talk.session.parting() == Parting::exited);
  CHECK(talk.session.exit_status() == 7);
  CHECK(talk.session.processes().empty());
}

TEST_CASE("a death is told with its signal, in the client's numbers") {
  SECTION("gdb") {
    Conversation talk(gdb_16);
    CHECK(talk.play(R"(
      > vCont;c
      < (running)
      ! killed 1 10
      < X1e;process:1
    )") == as_written);
    CHECK(talk.session.exit_status() == 128 + 10);
  }
  SECTION("lldb") {
    Conversation talk(lldb_19);
    CHECK(talk.play(R"(
      > vCont;c
      < (running)
      ! killed 1 10
      < X0a;process:1
    )") == as_written);
  }
}

TEST_CASE("an end without multiprocess names no process") {
  Conversation talk;
  CHECK(talk.play(R"(
    > (bytes) $QStartNoAckMode#b0
    < +
    < OK
    > vCont;c
    < (running)
    ! exited 1 0
    < W00
  )") == as_written);
}

TEST_CASE("an end that is quicker than an interrupt is what the interrupt finds") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! exited 1 3
    > (interrupt)
    < W03;process:1
  )") == as_written);
}

TEST_CASE("behind the end every packet is answered, none resumes anything") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! exited 1 0
    < W00;process:1
    > vCont;c
    < E.there is no process
    > vCont;c:p1.1
    < E.there is no process
    > c
    < E.there is no process
    > g
    < E.there is no process
    > m401000,4
    < E.there is no process
    > Hgp1.1
    < E.there is no process
    > (interrupt)
    < (silence)
    > qXfer:threads:read::0,1000
    < E.there is no process
    > k
    < E.there is no process
  )") == as_written);
}

TEST_CASE("k kills, and lldb waits for the X") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > k
    < X09;process:1
    * kill 1
    > ?
    < X09;process:1
  )") == as_written);
  CHECK(talk.session.parting() == Parting::killed);
  CHECK(talk.session.exit_status() == 128 + 9);
}

TEST_CASE("vKill kills the process it names and no other") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vKill;2
    < E.not a process of this session
    > vKill;1
    < OK
    * kill 1
  )") == as_written);
  CHECK(talk.session.parting() == Parting::killed);
}

TEST_CASE("k while the process runs kills it") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > k
    < X09;process:1
    * kill 1
  )") == as_written);
  CHECK_FALSE(talk.session.running());
}

TEST_CASE("an interrupt that comes behind a kill or a detach finds nothing to stop") {
  const auto* packet = GENERATE("k", "vKill;1", "D;1");
  Conversation talk(gdb_16);
  CHECK(talk.ask("vCont;c") == "(running)");
  static_cast<void>(talk.ask(packet));
  CHECK(talk.play(R"(
    > (interrupt)
    < (silence)
  )") == as_written);
}

TEST_CASE("D lets the process go") {
  const auto* packet = GENERATE("D", "D;1", "D;0000000000000001");
  Conversation talk(gdb_16);
  CHECK(talk.ask(packet) == "OK");
  CHECK(talk.target.take_journal() == std::vector<std::string>{"detach 1"});
  CHECK(talk.session.parting() == Parting::detached);
}

TEST_CASE("D of another process is an error") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("D;2") == "E.not a process of this session");
  CHECK(talk.session.processes() == std::set{Pid{1}});
}

TEST_CASE("a detach while the process runs ends the waiting") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > D;1
    < OK
    * detach 1
    * let go 1
  )") == as_written);
  CHECK_FALSE(talk.session.running());
}

TEST_CASE("a client that goes takes its stoppoints with it") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("Z0,401000,1") == "OK");
  CHECK(talk.ask("Z1,401000,1") == "OK");
  CHECK(talk.ask("Z2,404000,4") == "OK");
  CHECK(talk.ask("QPassSignals:e") == "OK");
  static_cast<void>(talk.target.take_journal());
  talk.session.abandon();
  CHECK(talk.target.take_journal() == std::vector<std::string>{"remove breakpoint 0x401000 1",
                                                               "remove hardware breakpoint 0x401000 1",
                                                               "remove watchpoint 0x404000 4", "pass 1:"});
}

TEST_CASE("a session that goes closes the files that its client left open") {
  FakeTarget target;
  FakeHost host;
  host.add_file("/x", "data");
  {
    Session session(target, host, [](Session&, Role) { return Result<>{}; }, {});
    session.receive("$vFile:open:2f78,0,0#db");
    while (session.step()) {}
    CHECK(session.take_output().starts_with("+$F5#"));
    CHECK(host.open_count() == 1);
  }
  CHECK(host.open_count() == 0);
}

TEST_CASE("a process that was attached to says so") {
  Conversation talk(gdb_16);
  talk.target.set_origin(Pid{1}, Origin::attached);
  CHECK(talk.play(R"(
    > qAttached:1
    < 1
    > qAttached
    < 1
    > qAttached:2
    < E.not a process of this session
  )") == as_written);
}
