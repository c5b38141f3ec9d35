// The first packets of real clients, as captured, and what they hear.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("gdb 16 connects") {
  Conversation talk;
  CHECK(talk.play(R"(
    > qSupported:multiprocess+;swbreak+;hwbreak+;qRelocInsn+;fork-events+;vfork-events+;exec-events+;vContSupported+;QThreadEvents+;QThreadOptions+;no-resumed+;memory-tagging+;xmlRegisters=i386;error-message+
    < +
    < PacketSize=40000;QStartNoAckMode+;multiprocess+;swbreak+;hwbreak+;fork-events+;vfork-events+;exec-events+;…
    > vCont?
    < +
    < vCont;c;C;t;s;S;r
    > vMustReplyEmpty
    < +
    < (empty)
    > QStartNoAckMode
    < +
    < OK
    > Hgp0.0
    < OK
    > qXfer:features:read:target.xml:0,1000
    < m<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target><architecture>i386:x86-64</architecture>…
    > qTStatus
    < (empty)
    > ?
    < T0506:0000000000000000;07:0000000000000000;10:0010400000000000;thread:p1.1;
    > qXfer:threads:read::0,1000
    < l<threads>\x0a<thread id="p1.1" core="1" name="prog"/>\x0a</threads>\x0a
    > qAttached:1
    < 0
    > qXfer:exec-file:read:1:0,1000
    < l/bin/prog
    > Hc-1
    < OK
    > qOffsets
    < (empty)
    > qSymbol::
    < (empty)
  )") == as_written);
  CHECK(talk.session.client() == Client::gdb);
}

TEST_CASE("lldb 19 connects") {
  Conversation talk;
  CHECK(talk.play(R"(
    > QStartNoAckMode
    < +
    < OK
    > qSupported:xmlRegisters=i386,arm,mips,arc;multiprocess+;fork-events+;vfork-events+
    < PacketSize=40000;QStartNoAckMode+;multiprocess+;fork-events+;vfork-events+;QPassSignals+;qXfer:features:read+;qXfer:auxv:read+;qXfer:libraries-svr4:read+;qXfer:siginfo:read+;qEcho+;qEcho;qSaveCore+;native-signals+;QThreadSuffixSupported+;QListThreadsInStopReply+
    > QThreadSuffixSupported
    < OK
    > QListThreadsInStopReply
    < OK
    > qHostInfo
    < triple:7838365f36342d70632d6c696e75782d676e75;ptrsize:8;distribution_id:64656269616e;watchpoint_exceptions_received:after;endian:little;os_version:6.1.0;os_build:362e312e302d31382d616d643634;os_kernel:233120534d50;hostname:626f78;
    > vCont?
    < vCont;c;C;s;S;t
    > qVAttachOrWaitSupported
    < OK
    > QEnableErrorStrings
    < OK
    > qProcessInfo
    < pid:1;parent-pid:10;real-uid:3e8;real-gid:3e8;effective-uid:0;effective-gid:0;triple:7838365f36342d70632d6c696e75782d676e75;ostype:linux;endian:little;ptrsize:8;
    > ?
    < T13thread:p1.1;name:prog;threads:1;thread-pcs:0000000000401000;00:0000000000000000;01:0000000000000000;…
    > qXfer:features:read:target.xml:0,131071
    < l<?xml version="1.0"?><target version="1.0"><architecture>x86_64</architecture><feature><reg name="rax"…
    > p0;thread:1;
    < 0000000000000000
    > qStructuredDataPlugins
    < (empty)
    > x0,0
    < OK
    > qEcho:1
    < qEcho:1
  )") == as_written);
  CHECK(talk.session.client() == Client::lldb);
}

// gdbremote_testcase.py: a + before anything, no qSupported, checksums that are not computed.
TEST_CASE("LLDB's tests connect") {
  Conversation talk;
  CHECK(talk.play(R"(
    > (bytes) +$QStartNoAckMode#b0
    < +
    < OK
    > (bytes) +
    < (silence)
    > (bytes) $qC#00
    < QC1
    > (bytes) $qfThreadInfo#00
    < m1
    > (bytes) $qSupported;multiprocess+#00
    < PacketSize=40000;QStartNoAckMode+;multiprocess+;QPassSignals+;…
    > (bytes) $qC#00
    < QCp1.1
  )") == as_written);
  CHECK(talk.session.client() == Client::script);
}

TEST_CASE("a session without a process says so as each client expects it") {
  SECTION("lldb") {
    Conversation talk(lldb_19);
    talk.session.abandon();
    static_cast<void>(talk.ask("k"));
    CHECK(talk.play(R"(
      > qC
      < E44
      > qProcessInfo
      < E44
      > qfThreadInfo
      < OK
      > vCont;c
      < E44
    )") == as_written);
  }
  SECTION("gdb") {
    Conversation talk(gdb_16);
    static_cast<void>(talk.ask("vKill;1"));
    CHECK(talk.play(R"(
      > qfThreadInfo
      < l
      > vCont;c
      < E.there is no process
    )") == as_written);
  }
}

TEST_CASE("a session gets its process with the first packet that makes sense, not with noise") {
  Conversation talk;
  CHECK(talk.play(R"(
    > (bytes) GET / HTTP/1.1\x0d\x0a
    < (silence)
    > qNobodyKnowsThis
    < +
    < (empty)
    > mzz
    < +
    < E03
  )") == as_written);
  CHECK_FALSE(talk.session.identified());
  CHECK(talk.session.processes().empty());
  CHECK(talk.ask("?").starts_with("+\nT13thread:1;"));
  CHECK(talk.session.identified());
  CHECK(talk.session.processes() == std::set{Pid{1}});
}

TEST_CASE("a session that can have no process says why, and parts") {
  Conversation talk;
  talk.refusal = Error{Errc::running, "busy, used by 10.0.0.7:4711", 0};
  CHECK(talk.play(R"(
    > qSupported:multiprocess+
    < +
    < E.busy, used by 10.0.0.7:4711
  )") == as_written);
  CHECK(talk.session.parting() == Parting::refused);
}
