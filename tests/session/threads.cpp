// Which threads there are, and which one is meant.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

struct TwoThreads : Conversation {
  explicit TwoThreads(std::string_view first_words) : Conversation(first_words) {
    target.add_thread({Pid{1}, Tid{2}}, "worker");
  }
};

}  // namespace

TEST_CASE("all threads are listed in one packet") {
  TwoThreads gdb(gdb_16);
  CHECK(gdb.play(R"(
    > qfThreadInfo
    < mp1.1,p1.2
    > qsThreadInfo
    < l
  )") == as_written);
}

TEST_CASE("gdb's thread list has names") {
  TwoThreads talk(gdb_16);
  CHECK(
      talk.ask("qXfer:threads:read::0,1000") ==
      R"(l<threads>\x0a<thread id="p1.1" core="1" name="prog"/>\x0a<thread id="p1.2" core="1" name="worker"/>\x0a</threads>\x0a)");
}

TEST_CASE("Hg chooses the thread that registers are of") {
  TwoThreads talk(gdb_16);
  CHECK(talk.play(R"(
    > Hgp1.2
    < OK
    > P0=0100000000000000
    < OK
    * write 1.2 register 0 0100000000000000
    > qC
    < QCp1.2
    > Hgp0.0
    < OK
    > qC
    < QCp1.1
  )") == as_written);
}

TEST_CASE("a resume makes the thread that stops the chosen one") {
  TwoThreads talk(gdb_16);
  CHECK(talk.play(R"(
    > Hgp1.1
    < OK
    > vCont;c
    < (running)
    ! step 1.2
    < T0506:…
    > qC
    < QCp1.2
  )") == as_written);
}

TEST_CASE("gdb may say any and all in every way") {
  const auto* packet = GENERATE("Hg0", "Hg-1", "Hgp0.0", "Hgp-1.-1", "Hgp1.0", "Hgp1.-1", "Hgp1", "Hc0", "Hc-1",
                                "Hcp0.0", "Hgp0.2", "Hgp-1.2", "Hgp1.2", "Hg2");
  TwoThreads talk(gdb_16);
  CAPTURE(packet);
  CHECK(talk.ask(packet) == "OK");
}

// gdbserver ends the conversation at these.
TEST_CASE("a thread or a process that is not there cannot be chosen") {
  TwoThreads talk(gdb_16);
  CHECK(talk.play(R"(
    > Hgp1.2
    < OK
    > Hgp1.3
    < E.no such thread
    > Hgp2.2
    < E.not a process of this session
    > Hgzz
    < E.malformed packet, want Hg or Hc and a thread id
    > qC
    < QCp1.2
  )") == as_written);
}

// LLDB's tests insist on these codes.
TEST_CASE("lldb hears which of the two is wrong") {
  TwoThreads talk(lldb_19);
  CHECK(talk.play(R"(
    > Hgp1.3
    < E15
    > Hg3
    < E15
    > Hgp2.2
    < Eff
    > Hgp0.2
    < Eff
    > Hgp-1.2
    < Eff
    > Hg0
    < OK
    > Hc-1
    < OK
    > Hgp0.0
    < OK
  )") == as_written);
}

TEST_CASE("T tells whether a thread lives") {
  TwoThreads talk(lldb_19);
  CHECK(talk.play(R"(
    > Tp1.2
    < OK
    > T2
    < OK
    > Tp1.3
    < E02
    > Tp2.2
    < E01
  )") == as_written);
}

TEST_CASE("the thread in the packet counts more than Hg's") {
  TwoThreads talk(lldb_19);
  CHECK(talk.play(R"(
    > Hgp1.1
    < OK
    > P0=0200000000000000;thread:2;
    < OK
    * write 1.2 register 0 0200000000000000
    > p0;thread:2;
    < 0200000000000000
    > p0
    < 0000000000000000
    > p0;thread:9;
    < E15
  )") == as_written);
}

TEST_CASE("a thread-local variable's address is that in the thread of the packet") {
  TwoThreads talk(gdb_16);
  CHECK(talk.ask("qGetTLSAddr:p1.1,10,0") ==
        "E.thread-local variables are not yet allocated: the C library has not begun");
  const auto fs_base = *plain_amd64().thread_pointer;
  CHECK(talk.target.write_register({Pid{1}, Tid{2}}, fs_base, {{0, 0x10, 0, 0, 0, 0, 0, 0}}));
  // AT_PHDR, AT_PHENT and AT_PHNUM lead to one PT_TLS of 0x40 bytes.
  talk.target.set_auxv({3,  0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x40, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
                        56, 0, 0, 0, 0, 0, 0, 0, 5, 0,    0,    0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
  CHECK(talk.target.write_memory(Pid{1}, Address{0x404000}, Bytes{7}));
  CHECK(talk.target.write_memory(Pid{1}, Address{0x404028}, Bytes{0x40}));
  CHECK(talk.play(R"(
    > qGetTLSAddr:p1.2,10,0
    < fd0
    > qGetTLSAddr:p1.2,10,404800
    < E.the program is linked statically
    > qGetTLSAddr:p1.3,10,0
    < E.no such thread
    > vCont;c
    < (running)
    > qGetTLSAddr:p1.2,10,0
    < E.the thread is running
  )") == as_written);
}

TEST_CASE("lldb's C sends a signal to the chosen thread, and the others of its process run along") {
  Conversation talk(lldb_19);
  talk.target.add_thread({Pid{1}, Tid{2}}, "worker");
  CHECK(talk.play(R"(
    > Hcp1.2
    < OK
    > C0a
    < (running)
    * run 1.1
    * run 1.2 sent signal 10
  )") == as_written);
}
