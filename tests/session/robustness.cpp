// A packet that is wrong is answered by an error and changes nothing.
#include <random>

#include "protocol/framing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

// What a client could notice of a session's state: acks off, dialect, chosen thread, error style, where it stopped.
void check_untouched_gdb(Conversation& talk) {
  CHECK(talk.play(R"(
    > qC
    < QCp1.2
    > x401001,1
    < b\x01
    > m0,1
    < E.cannot read memory there
    > ?
    < T0506:0000000000000000;07:0000000000000000;10:0010400000000000;thread:p1.1;
    > vFile:pread:5,1,0
    < F1;0
    > vMustReplyEmpty
    < (empty)
  )") == as_written);
  CHECK_FALSE(talk.session.running());
  CHECK(talk.session.parting() == Parting::none);
}

struct Settled : Conversation {
  Settled() : Conversation(gdb_16) {
    target.add_thread({Pid{1}, Tid{2}}, "worker");
    host.add_file("/x", "0");
    static_cast<void>(ask("vFile:open:2f78,0,0"));
    static_cast<void>(ask("Hgp1.2"));
    static_cast<void>(target.take_journal());
  }
};

}  // namespace

TEST_CASE("every malformed packet is an error and leaves the session as it was") {
  Settled talk;
  for (const auto packet : malformed_packets) {
    CAPTURE(packet);
    CHECK(talk.ask(packet).starts_with("E.malformed packet, want "));
    CHECK(talk.target.take_journal().empty());
  }
  check_untouched_gdb(talk);
}

TEST_CASE("every malformed packet is error 3 for lldb") {
  Conversation talk(lldb_19);
  for (const auto packet : malformed_packets) {
    CAPTURE(packet);
    CHECK(talk.ask(packet) == "E03");
  }
}

TEST_CASE("packets about what is not there are errors and leave the session as it was") {
  Settled talk;
  for (const auto* packet : {"Hgp1.9",
                             "Hgp9.1",
                             "Hcp1.9",
                             "vCont;c:p1.9",
                             "vCont;c:p9.1",
                             "vCont;s:9",
                             "vKill;9",
                             "D;9",
                             "qAttached:9",
                             "m500000,4",
                             "x500000,4",
                             "M500000,1:00",
                             "X500000,1:a",
                             "pffff",
                             "Pffff=00",
                             "P0=00",
                             "G00",
                             "Z0,500000,1",
                             "qRegisterInfoffff",
                             "QRestoreRegisterState:9",
                             "qThreadStopInfo9",
                             "qXfer:features:read:x:0,1",
                             "qXfer:exec-file:read:9:0,1",
                             "Tp1.9",
                             "g;thread:9;",
                             "p0;thread:9;"}) {
    CAPTURE(packet);
    CHECK(talk.ask(packet).starts_with("E"));
    CHECK(talk.target.take_journal().empty());
  }
  check_untouched_gdb(talk);
}

TEST_CASE("every packet that we do not know is answered by nothing and leaves the session as it was") {
  Settled talk;
  for (const auto* packet : {"", "vMustReplyEmpty", "QTNotes:user:41", "qTP:1:401000", "bc", "i", "qOffsets", "Hx1",
                             "MultiMemRead:ranges:401000,4;", "QAgent:1", "\x01", "\xff"}) {
    CAPTURE(packet);
    CHECK(talk.ask(packet) == "(empty)");
  }
  check_untouched_gdb(talk);
}

// lldb is content with this. To jSignalsInfo there is no good answer: lldb (UnixSignals::AddSignal) adds what it is
// told to gdb's numbers and keeps those of its own that are there already, so that 19 stays SIGCONT and an attach's
// stop is passed on; untold it has Linux's numbers.
TEST_CASE("what lldb asks for and Linux on x86 does not have is unknown") {
  Conversation talk(lldb_19);
  for (const auto* packet :
       {"jSignalsInfo", "jThreadExtendedInfo:", "jThreadExtendedInfo:{\"thread\":1}", "qMemTags:401000,10:1",
        "QMemTags:401000,10:1:00", "jLLDBTraceSupported", "qOffsets", "qStructuredDataPlugins", "qShlibInfoAddr",
        "qFileLoadAddress:2f78", "jMultiBreakpoint:{\"breakpoint_requests\":[\"Z0,401000,1\"]}"}) {
    CAPTURE(packet);
    CHECK(talk.ask(packet) == "(empty)");
    CHECK(talk.target.take_journal().empty());
  }
}

TEST_CASE("an oversized packet is an error and leaves the session as it was") {
  Settled talk;
  CHECK(talk.ask("M404000,40000:" + std::string(2 * 0x40000, '0')) == "E.packet longer than PacketSize");
  CHECK(talk.target.take_journal().empty());
  check_untouched_gdb(talk);
}

TEST_CASE("a reply is never longer than what was promised") {
  Conversation talk(gdb_16);
  talk.target.set_auxv(Bytes(0x80000, '#'));
  talk.host.add_file("/big", std::string(0x80000, '}'));
  CHECK(talk.ask("vFile:open:2f626967,0,0") == "F5");
  for (const auto* packet : {"qXfer:auxv:read::0,fffffff", "vFile:pread:5,fffffff,0"}) {
    talk.session.receive(encode_packet(packet, RunLengths::off));
    while (talk.session.step()) {}
    const auto frame = talk.session.take_output();
    CAPTURE(packet, frame.size());
    CHECK(frame.size() <= max_packet_size + 4);
    CHECK(frame.size() > max_packet_size - 32);
  }
}

TEST_CASE("broken packets in any order neither stop a session nor leave a packet without an answer") {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    Settled talk;
    for (int i = 0; i < 300; ++i) {
      std::string packet(random() % 3 == 0 ? malformed_packets[random() % malformed_packets.size()]
                                           : valid_packets[random() % valid_packets.size()]);
      if (random() % 2 == 0) packet.insert(random() % (packet.size() + 1), 1, static_cast<char>(random()));
      talk.session.receive(encode_packet(packet, RunLengths::off));
      if (random() % 8 == 0) talk.session.receive("\x03");
      while (talk.session.step()) talk.session.pump();
      // R has no answer, says the manual; a wait for a process has one when there is one.
      const bool answered =
          talk.session.has_output() || talk.session.running() || talk.session.awaits() || packet.starts_with('R');
      if (random() % 2 == 0) talk.session.look();
      static_cast<void>(talk.session.take_output());
      if (!answered) FAIL("no answer to " << packet);
    }
  }
  SUCCEED();
}
