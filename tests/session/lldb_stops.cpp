// lldb makes the debuggee run, and it stops: all reasons are told at once.
#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

// lldb on a process with two threads, before QListThreadsInStopReply.
struct TwoThreads : Conversation {
  TwoThreads() : Conversation(lldb_19) { target.add_thread({Pid{1}, Tid{2}}, "worker"); }
};

}  // namespace

TEST_CASE("lldb steps one thread, and only that one runs") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > vCont;s:p1.2
    < (running)
    * step 1.2
    ! step 1.2
    < T05thread:p1.2;name:worker;00:0000000000000000;…
  )") == as_written);
}

TEST_CASE("an interrupt stops the process, as SIGSTOP for lldb") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > vCont;c:p1.-1
    < (running)
    > (interrupt)
    < T13thread:p1.1;name:prog;…
  )") == as_written);
}

TEST_CASE("lldb gets signals in the kernel's numbers") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > vCont;C0a:p1.1
    < (running)
    * run 1.1 with signal 10
    ! signal 1.1 12
    < T0cthread:p1.1;…
  )") == as_written);
}

TEST_CASE("lldb hears what was wrong with the address") {
  Conversation talk(lldb_19);
  Bytes info(128);
  info[0] = 11;     // SIGSEGV
  info[8] = 1;      // SEGV_MAPERR
  info[16] = 0x10;  // si_addr
  REQUIRE(talk.target.set_signal_info({Pid{1}, Tid{1}}, info));
  const auto stopped = talk.play("> vCont;c\n < (running)\n ! signal 1.1 11\n < T0b…");
  const auto description = hex_bytes("signal SIGSEGV: address not mapped to object (fault address: 0x10)");
  CHECK(talk.ask("?").contains("reason:signal;description:" + description + ";"));
}

TEST_CASE("the program's own int3 leaves the pc behind it for lldb") {
  Conversation talk(lldb_19);
  const auto reply = [&] {
    static_cast<void>(talk.ask("vCont;c"));
    talk.target.happen({{Pid{1}, Tid{1}}, stop::ProgramBreakpoint{Address{0x401010}}});
    talk.session.pump();
    return talk.session.take_output();
  }();
  CHECK(reply.contains(";10:1110400000000000;"));
  CHECK(reply.contains("reason:breakpoint;"));
}

TEST_CASE("lldb hears why every thread stopped, and a resume uses that up") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > QListThreadsInStopReply
    < OK
    > vCont;c
    < (running)
    ! breakpoint 1.1 0x401010
    ! signal 1.2 10
    < T05thread:p1.1;name:prog;threads:1,2;jstopinfo:…
    > qThreadStopInfo2
    < T0athread:p1.2;…
    > vCont;c
    < (running)
  )") == as_written);
}

// lldb's own tests ask so, without having shown themselves as lldb.
TEST_CASE("jThreadsInfo tells every thread's reason to a script") {
  Conversation talk("QThreadSuffixSupported");
  talk.target.add_thread({Pid{1}, Tid{2}}, "worker");
  static_cast<void>(talk.play("> vCont;c\n < (running)\n ! breakpoint 1.1 0x401010\n ! step 1.2\n < T05…"));
  const auto info = talk.ask("jThreadsInfo");
  CHECK(info.contains(R"("reason":"breakpoint")"));
  CHECK(info.contains(R"("reason":"trace")"));
  CHECK(info.contains(R"("tid":2)"));
}

TEST_CASE("a thread that stopped because another did has no reason") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! breakpoint 1.1 0x401010
    < T05thread:p1.1;…
    > qThreadStopInfo2
    < T00thread:p1.2;name:worker;00:…
  )") == as_written);
  CHECK_FALSE(talk.ask("qThreadStopInfo2").contains("reason:"));
}

TEST_CASE("stops are not to be had while the process runs") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > jThreadsInfo
    < E37
    > qThreadStopInfo1
    < E37
  )") == as_written);
}

TEST_CASE("lldb hears of an exec") {
  Conversation talk(lldb_19);
  static_cast<void>(talk.ask("vCont;c"));
  talk.target.happen({{Pid{1}, Tid{1}}, stop::Exec{"/bin/true"}});
  talk.session.pump();
  CHECK(talk.session.take_output().contains("reason:exec;"));
}

TEST_CASE("lldb hears of a watchpoint by its address, the slot, and what of it was hit") {
  Conversation talk(lldb_19);
  static_cast<void>(talk.ask("vCont;c"));
  const Stoppoint watched{StoppointType::access_watchpoint, Address{0x404000}, 16};
  talk.target.happen({{Pid{1}, Tid{1}}, stop::Watchpoint{watched, Address{0x404008}, 2}});
  talk.session.pump();
  CHECK(talk.session.take_output().contains("reason:watchpoint;description:" + hex_bytes("4210688 2 4210696") + ";"));
}

TEST_CASE("lldb hears of a hardware breakpoint as of any other") {
  Conversation talk(lldb_19);
  static_cast<void>(talk.ask("vCont;c"));
  talk.target.happen(
      {{Pid{1}, Tid{1}}, stop::HardwareBreakpoint{{StoppointType::hardware_breakpoint, Address{0x401010}, 1}}});
  talk.session.pump();
  const auto reply = talk.session.take_output();
  CHECK(reply.contains(";10:1010400000000000;"));
  CHECK(reply.contains("reason:breakpoint;"));
}

TEST_CASE("with error strings lldb hears the sentence too") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > QEnableErrorStrings
    < OK
    > m0,4
    < E08;63616e6e6f742072656164206d656d6f7279207468657265
  )") == as_written);
}
