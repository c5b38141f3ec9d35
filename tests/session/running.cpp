// gdb makes the debuggee run, and it stops.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

// gdb on a process with two threads.
struct TwoThreads : Conversation {
  TwoThreads() : Conversation(gdb_16) { target.add_thread({Pid{1}, Tid{2}}, "worker"); }
};

}  // namespace

TEST_CASE("gdb runs to a breakpoint") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c:p1.-1
    < (running)
    * run 1.1
    ! breakpoint 1.1 0x401010
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
  )") == as_written);
}

TEST_CASE("gdb steps one thread while the other runs") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > vCont;s:p1.2;c:p1.-1
    < (running)
    * run 1.1
    * step 1.2
    ! step 1.2
    < T0506:0000000000000000;07:0000000000000000;10:0000000000000000;thread:p1.2;
    * hold 1.1
  )") == as_written);
}

TEST_CASE("the leftmost action that matches is a thread's, and a thread without one stays stopped") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > vCont;s:p1.1;c:p1.1
    < (running)
    * step 1.1
  )") == as_written);
}

TEST_CASE("a signal is delivered as the thread goes on, in gdb's numbers") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;C1e:p1.1
    < (running)
    * run 1.1 with signal 10
    ! signal 1.1 12
    < T1f06:0000000000000000;07:0000000000000000;10:0010400000000000;thread:p1.1;
    > vCont;S1f:p1.1
    < (running)
    * step 1.1 with signal 12
  )") == as_written);
}

TEST_CASE("a signal that the kernel does not have is an error and nothing runs") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;C8f:p1.1
    < E.no such signal
  )") == as_written);
  CHECK(talk.target.take_journal().empty());
}

TEST_CASE("c and s take the thread of Hc, the others stay stopped") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > Hcp1.2
    < OK
    > s
    < (running)
    * step 1.2
  )") == as_written);
}

TEST_CASE("c after Hc-1 runs all threads") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > Hc-1
    < OK
    > c
    < (running)
    * run 1.1
    * run 1.2
  )") == as_written);
}

TEST_CASE("c goes on from an address") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > c401020
    < (running)
    * write 1.1 register 16 2010400000000000
    * run 1.1
  )") == as_written);
}

TEST_CASE("a second resume while the process runs is error 37 for lldb and a sentence for gdb") {
  SECTION("lldb") {
    Conversation talk(lldb_19);
    CHECK(talk.play(R"(
      > vCont;c
      < (running)
      > vCont;c
      < E37
      > c
      < E37
      ! step 1.1
      < T05thread:p1.1;…
    )") == as_written);
  }
  SECTION("gdb") {
    Conversation talk(gdb_16);
    CHECK(talk.play(R"(
      > vCont;c
      < (running)
      > vCont;c
      < E.the process is running already
    )") == as_written);
  }
}

TEST_CASE("a resume of a thread that is not there is an error, and the process stays stopped") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c:p1.7
    < E.no such thread
    > vCont;c:p7.1
    < E.not a process of this session
  )") == as_written);
  CHECK_FALSE(talk.session.running());
}

TEST_CASE("an interrupt stops the process, as SIGINT for gdb") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > (interrupt)
    < T0206:0000000000000000;07:0000000000000000;10:0010400000000000;thread:p1.1;
    * hold 1.1
  )") == as_written);
}

TEST_CASE("gdb's interrupt between two resumes stops what is resumed next, once") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > (interrupt)
    < (silence)
    > vCont;s:p1.1
    < T02…
    > vCont;c
    < (running)
  )") == as_written);
}

TEST_CASE("lldb's interrupt while the process is stopped is nothing") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > (interrupt)
    < (silence)
    > c
    < (running)
  )") == as_written);
}

TEST_CASE("after an interrupt the next stop is told by its own reason") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > (interrupt)
    < T02…
    > vCont;s
    < (running)
    ! step 1.1
    < T0506:…
  )") == as_written);
}

TEST_CASE("gdb hears of one stop; the second waits for the next resume") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! breakpoint 1.1 0x401010
    ! breakpoint 1.2 0x401020
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
    > vCont;c
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:2010400000000000;thread:p1.2;
  )") == as_written);
}

TEST_CASE("an event of a thread that gdb does not resume waits on") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! breakpoint 1.1 0x401010
    ! breakpoint 1.2 0x401020
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
    > vCont;s:p1.1
    < (running)
    ! step 1.1
    < T0506:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
    > vCont;c
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:2010400000000000;thread:p1.2;
  )") == as_written);
}

TEST_CASE("an event that comes with an interrupt is kept for the next resume") {
  TwoThreads talk;
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! breakpoint 1.2 0x401020
    > (interrupt)
    < T0…
    > vCont;c
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:2010400000000000;thread:p1.2;
  )") == as_written);
}

TEST_CASE("gdb takes the program's own int3 for a breakpoint at its address") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! int3 1.1 0x401010
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
  )") == as_written);
}

TEST_CASE("a gdb without swbreak+ finds the pc behind the int3, as it expects") {
  Conversation talk("qSupported:multiprocess+;qRelocInsn+;xmlRegisters=i386");
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! int3 1.1 0x401010
    < T0506:0000000000000000;07:0000000000000000;10:1110400000000000;thread:p1.1;
  )") == as_written);
}

TEST_CASE("gdb hears of an exec with the new program's path") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! exec 1.1 /bin/true
    < T05exec:2f62696e2f74727565;06:0000000000000000;07:0000000000000000;10:0010400000000000;thread:p1.1;
  )") == as_written);
}

TEST_CASE("a gdb that did not ask for execs is not told, and the program goes on") {
  Conversation talk("qSupported:multiprocess+;swbreak+;qRelocInsn+;xmlRegisters=i386");
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! exec 1.1 /bin/true
    < (running)
    * run 1.1
  )") == as_written);
}

TEST_CASE("gdb hears of a watchpoint by its address") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! watchpoint 1.1 0x404000 1
    < T05watch:404008;06:…
  )") == as_written);
}

TEST_CASE("gdb hears what kind of watchpoint it was") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! access 1.1 0x404000 1
    < T05awatch:404008;06:…
    > vCont;c
    < (running)
    ! read 1.1 0x404000 1
    < T05rwatch:404008;06:…
  )") == as_written);
}

TEST_CASE("gdb hears of a hardware breakpoint with the pc at it") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! hardware 1.1 0x401010
    < T05hwbreak:;06:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
  )") == as_written);
}

TEST_CASE("a gdb that did not ask for hardware breakpoints as a reason sees a trap at the address") {
  Conversation talk("qSupported:multiprocess+;swbreak+;qRelocInsn+;xmlRegisters=i386");
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! hardware 1.1 0x401010
    < T0506:0000000000000000;07:0000000000000000;10:1010400000000000;thread:p1.1;
  )") == as_written);
}

TEST_CASE("other packets are answered while the process runs") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > m401000,4
    < 00010203
    > qC
    < QCp1.1
    > g
    < E.the thread is running
    ! step 1.1
    < T05…
  )") == as_written);
}

TEST_CASE("noise while the process runs is answered or skipped, and the interrupt behind it counts") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > (bytes) x+-#00
    < (running)
    > (bytes) $mzz#00
    < E.malformed packet, want address,length
    > (bytes) $#00
    < (empty)
    > (interrupt)
    < T0206:…
    * hold 1.1
  )") == as_written);
}

TEST_CASE("? while the process runs stops it, as its answer") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > ?
    < T0206:…
    * hold 1.1
    > ?
    < T0206:…
  )") == as_written);
}

TEST_CASE("a resume from an address while the process runs changes nothing") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    > c401020
    < E.the thread is running
  )") == as_written);
}
