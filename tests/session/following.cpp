// Children, threads and system calls that gdb wants to hear of.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("what gdb wants to hear of is asked of the target") {
  Conversation talk(gdb_16);
  CHECK(talk.target.interests(Pid{1}).forks);
  CHECK(talk.target.interests(Pid{1}).vforks);
  CHECK_FALSE(talk.target.interests(Pid{1}).thread_births);
  CHECK(talk.ask("QThreadEvents:1") == "OK");
  CHECK(talk.target.interests(Pid{1}).thread_births);
  CHECK(talk.target.interests(Pid{1}).thread_exits);
  CHECK(talk.ask("QCatchSyscalls:1;27") == "OK");
  CHECK(talk.target.interests(Pid{1}).system_calls == std::set<std::uint64_t>{0x27});
  CHECK(talk.ask("QCatchSyscalls:0") == "OK");
  CHECK_FALSE(talk.target.interests(Pid{1}).system_calls);
  talk.session.abandon();
  CHECK_FALSE(talk.target.interests(Pid{1}).forks);
}

TEST_CASE("lldb follows where its thread ids have processes") {
  Conversation lldb(lldb_19);
  static_cast<void>(lldb.ask("qC"));
  CHECK(lldb.target.interests(Pid{1}).forks);
  CHECK(lldb.target.interests(Pid{1}).vforks);
  Conversation plain("qSupported:fork-events+;vfork-events+");
  static_cast<void>(plain.ask("qC"));
  CHECK_FALSE(plain.target.interests(Pid{1}).forks);
}

TEST_CASE("lldb is told of a child, and of the threads of one process at a time") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("QListThreadsInStopReply") == "OK");
  talk.target.add_thread({Pid{2}, Tid{2}}, "child");
  CHECK(talk.play(R"(
    > vCont;c:p1.-1
    < (running)
    ! fork 1.1 2
    < T05thread:p1.1;name:prog;threads:1;thread-pcs:0000000000401000;00:0000000000000000;…
  )") == as_written);
  CHECK(talk.ask("?").ends_with(";reason:fork;fork:p2.2;"));
  CHECK(talk.ask("qfThreadInfo") == "mp1.1,p2.2");
  CHECK(talk.play(R"(
    > Hgp2.2
    < OK
    > D;1
    < OK
    * detach 1
    * let go 1
    > Hgp1.1
    < Eff
    > c
    < (running)
    * run 2.2
    ! exited 2 0
    < W00;process:2
  )") == as_written);
}

TEST_CASE("lldb's vfork is told of, and when it is done") {
  Conversation talk(lldb_19);
  talk.target.add_thread({Pid{2}, Tid{2}}, "child");
  static_cast<void>(talk.play("> vCont;c\n< (running)\n! vfork 1.1 2"));
  CHECK(talk.ask("?").ends_with(";reason:vfork;vfork:p2.2;"));
  CHECK(talk.ask("D;2") == "OK");
  static_cast<void>(talk.play("> c\n< (running)\n! vforkdone 1.1"));
  CHECK(talk.ask("?").ends_with(";reason:vforkdone;"));
}

TEST_CASE("lldb kills parent and child with one k, and lets both go with one D") {
  Conversation talk(lldb_19);
  talk.target.add_thread({Pid{2}, Tid{2}}, "child");
  static_cast<void>(talk.play("> vCont;c\n< (running)\n! fork 1.1 2"));
  CHECK(talk.ask("k") == "X09;process:1\nX09;process:2");
  CHECK(talk.session.parting() == Parting::killed);
  Conversation other(lldb_19);
  other.target.add_thread({Pid{2}, Tid{2}}, "child");
  static_cast<void>(other.play("> vCont;c\n< (running)\n! fork 1.1 2"));
  CHECK(other.ask("D") == "OK");
  CHECK(other.session.processes().empty());
  CHECK(other.ask("Hgp1.1") == "Eff");
  CHECK(other.ask("qC").starts_with("E44"));
}

TEST_CASE("a fork's child is the session's, and either can be let go") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > Z0,401000,1
    < OK
    > vCont;c
    < (running)
  )") == as_written);
  talk.target.add_thread({Pid{2}, Tid{2}}, "child");
  CHECK(talk.play(R"(
    ! fork 1.1 2
    < T05fork:p2.2;…
    > qfThreadInfo
    < mp1.1,p2.2
    > Hgp2.2
    < OK
    > z0,401000,1
    < OK
    > D;2
    < OK
    > qfThreadInfo
    < mp1.1
  )") == as_written);
}

TEST_CASE("vforks, clones, births and system calls are told in gdb's words") {
  Conversation talk(gdb_16);
  talk.target.add_thread({Pid{2}, Tid{2}}, "child");
  CHECK(talk.play(R"(
    > vCont;c:p1.1
    < (running)
    ! vfork 1.1 2
    < T05vfork:p2.2;…
    > vCont;c:p1.1
    < (running)
    ! vforkdone 1.1
    < T05vforkdone:;…
    > vCont;c:p1.1
    < (running)
    ! clone 1.1 4
    < T05clone:p1.4;…
    > vCont;c:p1.1
    < (running)
    ! birth 1.1
    < T05create:;…
    > vCont;c:p1.1
    < (running)
    ! call 1.1 39
    < T05syscall_entry:27;…
    > vCont;c:p1.1
    < (running)
    ! return 1.1 39
    < T05syscall_return:27;…
  )") == as_written);
}

TEST_CASE("a thread's options are the last ones that name it") {
  Conversation talk(gdb_16);
  talk.target.add_thread({Pid{1}, Tid{2}}, "worker");
  CHECK(talk.play(R"(
    > QThreadOptions;0;3:p1.2
    < OK
    * interests 1.2: clones exit
    > QThreadOptions;3:p1.2;0
    < OK
  )") == as_written);
}

TEST_CASE("where all that was resumed is gone without a word, gdb is told that nothing runs") {
  Conversation talk(gdb_16);
  talk.target.add_thread({Pid{1}, Tid{2}}, "worker");
  CHECK(talk.ask("vCont;c:p1.2") == "(running)");
  talk.target.lose({Pid{1}, Tid{2}});
  talk.session.pump();
  CHECK(talk.session.take_output() == "$N#4e");
  CHECK_FALSE(talk.session.running());
}

TEST_CASE("where all that was resumed is gone, gdb is told") {
  Conversation talk(gdb_16);
  talk.target.add_thread({Pid{1}, Tid{2}}, "worker");
  CHECK(talk.play(R"(
    > vCont;c:p1.2
    < (running)
    ! gone 1.2 0
    < w00;p1.2
  )") == as_written);
}
