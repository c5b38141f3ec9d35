// Threads that stop one by one: notifications, and what the client does with them.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

struct Crowd : Conversation {
  Crowd() : Conversation(gdb_16) {
    target.add_thread({Pid{1}, Tid{2}}, "left");
    target.add_thread({Pid{1}, Tid{3}}, "right");
    static_cast<void>(ask("QNonStop:1"));
    static_cast<void>(target.take_journal());
  }
};

}  // namespace

TEST_CASE("? tells of one thread that is stopped, and the others go on") {
  Crowd talk;
  CHECK(talk.play(R"(
    > ?
    < T0506:…
    * run 1.2
    * run 1.3
    > vStopped
    < OK
  )") == as_written);
  CHECK_FALSE(talk.target.stopped({Pid{1}, Tid{2}}));
  CHECK(talk.target.stopped({Pid{1}, Tid{1}}));
}

TEST_CASE("a process that is attached to goes on until the client stops it") {
  Crowd talk;
  CHECK(talk.ask("!") == "OK");
  CHECK(talk.play(R"(
    > vAttach;3
    < OK
    * run 3.3
    * attach 3
    > vCont;t:p3.-1
    < OK
    < %Stop:T00…
    * halt 3.3
  )") == as_written);
  CHECK(talk.ask("vStopped") == "OK");
}

TEST_CASE("a resume of all means those that the client knows to be stopped: a stop that it has not taken in stays") {
  Crowd talk;
  talk.target.add_thread({Pid{5}, Tid{5}}, "child");
  CHECK(talk.play(R"(
    > vCont;c
    < OK
    * run 1.1
    * run 1.2
    * run 1.3
    ! fork 1.2 5
    < %Stop:T05fork:p5.5;…
    > vCont;c
    < OK
  )") == as_written);
  CHECK(talk.target.take_journal().empty());
  CHECK(talk.play(R"(
    > vStopped
    < OK
    > vCont;c
    < OK
    * run 1.2
    * run 5.5
  )") == as_written);
}

TEST_CASE("a resume is answered at once; stops are notified one at a time") {
  Crowd talk;
  CHECK(talk.play(R"(
    > vCont;c
    < OK
    * run 1.1
    * run 1.2
    * run 1.3
    ! signal 1.2 10
    < %Stop:T1e…
    ! breakpoint 1.3 0x401000
    < (silence)
    > vStopped
    < T05swbreak:;…
    > vStopped
    < OK
  )") == as_written);
  CHECK(talk.ask("T1.1") != "");
  CHECK(talk.ask("Hgp1.2") == "OK");
  CHECK_FALSE(talk.ask("g").starts_with("E"));
  CHECK(talk.ask("Hgp1.1") == "OK");
  CHECK(talk.ask("g").starts_with("E"));
  CHECK_FALSE(talk.ask("m401000,4").starts_with("E"));
}

TEST_CASE("the leftmost action of a vCont counts for a thread, and t stops those that run") {
  Crowd talk;
  CHECK(talk.play(R"(
    > vCont;s:p1.2;c
    < OK
    * run 1.1
    * step 1.2
    * run 1.3
    > vCont;t:p1.3
    < OK
    < %Stop:T00…
    * halt 1.3
    > vStopped
    < OK
    > vCont;c:p1.3
    < OK
    * run 1.3
  )") == as_written);
}

TEST_CASE("an interrupt stops one thread with its signal") {
  Crowd talk;
  CHECK(talk.play(R"(
    > vCont;c
    < OK
    > vCtrlC
    < OK
    < %Stop:T02…
    > vStopped
    < OK
    > vCont;c:p1.1
    < OK
    * run 1.1
    > vCont;t:p1.1
    < OK
    < %Stop:T00…
    * halt 1.1
  )") == as_written);
}

TEST_CASE("threads and processes that end are notified") {
  Crowd talk;
  CHECK(talk.play(R"(
    > vCont;c
    < OK
    ! gone 1.3 4
    < %Stop:w04;p1.3
    > vStopped
    < OK
    ! exited 1 7
    < %Stop:W07;process:1
    > vStopped
    < OK
  )") == as_written);
}

TEST_CASE("after its last process's end a client that takes in ends when it likes still gets answers") {
  Crowd talk;
  CHECK(talk.play(R"(
    > vCont;c
    < OK
    ! exited 1 7
    < %Stop:W07;process:1
  )") == as_written);
  CHECK(talk.session.parting() == Parting::none);
  CHECK(talk.ask("vStopped") == "OK");
  CHECK(talk.session.parting() == Parting::none);
  CHECK(talk.ask("Hgp0.0").starts_with("E"));
  CHECK(talk.session.exit_status() == 7);
}

TEST_CASE("a session that goes back to stopping all together stops all") {
  Crowd talk;
  CHECK(talk.play(R"(
    > vCont;c
    < OK
    > QNonStop:0
    < OK
    > ?
    < T05…
  )") == as_written);
  CHECK(talk.ask("vStopped").starts_with("E"));
  CHECK(talk.ask("vCtrlC").starts_with("E"));
}

TEST_CASE("lldb-server's k in non-stop mode is answered at once, and each end is told like a stop") {
  Conversation talk("qSupported:multiprocess+;fork-events+;vfork-events+");
  CHECK(talk.ask("vAttach;3").starts_with("T13"));
  CHECK(talk.ask("QNonStop:1") == "OK");
  CHECK(talk.play(R"(
    > k
    < OK
    < %Stop:X09;process:1
    > vStopped
    < X09;process:3
  )") == as_written);
  CHECK(talk.session.parting() == Parting::none);
  CHECK(talk.ask("vStopped") == "OK");
  CHECK(talk.session.parting() == Parting::killed);
}

TEST_CASE("in non-stop mode a process killed by itself is told by OK alone") {
  Conversation talk("qSupported:multiprocess+;fork-events+;vfork-events+");
  CHECK(talk.ask("vAttach;3").starts_with("T13"));
  CHECK(talk.ask("QNonStop:1") == "OK");
  CHECK(talk.ask("vKill;1") == "OK");
  CHECK(talk.ask("Hgp1.1") == "Eff");
  CHECK(talk.ask("Hgp3.3") == "OK");
}
