// Acks, nacks and checksums, byte by byte.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

// What the session answers to these bytes, as it stands on the wire.
std::string answer(Conversation& talk, std::string_view bytes) {
  talk.session.receive(bytes);
  while (talk.session.step()) {}
  return talk.session.take_output();
}

}  // namespace

TEST_CASE("a good packet is acked before it is answered") {
  Conversation talk;
  CHECK(answer(talk, "$qC#b4") == "+$QC1#c5");
}

TEST_CASE("a packet with a bad checksum is asked for again and not obeyed") {
  Conversation talk;
  CHECK(answer(talk, "$k#00") == "-");
  CHECK(talk.target.take_journal().empty());
  CHECK(answer(talk, "$qC#b4") == "+$QC1#c5");
}

TEST_CASE("a nack gets the last reply again") {
  Conversation talk;
  CHECK(answer(talk, "$qC#b4") == "+$QC1#c5");
  CHECK(answer(talk, "-") == "$QC1#c5");
  CHECK(answer(talk, "-") == "$QC1#c5");
  CHECK(answer(talk, "+").empty());
}

TEST_CASE("a nack before anything was sent gets nothing") {
  Conversation talk;
  CHECK(answer(talk, "-").empty());
}

TEST_CASE("the OK to QStartNoAckMode is acked, what follows is not") {
  Conversation talk;
  CHECK(answer(talk, "$QStartNoAckMode#b0") == "+$OK#9a");
  CHECK(answer(talk, "+$qC#b4") == "$QC1#c5");
}

TEST_CASE("without acks a checksum is not looked at") {
  Conversation talk;
  CHECK(answer(talk, "$QStartNoAckMode#b0") == "+$OK#9a");
  CHECK(answer(talk, "$qC#00") == "$QC1#c5");
  CHECK(answer(talk, "$qC#zz") == "$QC1#c5");
}

TEST_CASE("without acks a nack is nothing") {
  Conversation talk;
  CHECK(answer(talk, "$QStartNoAckMode#b0") == "+$OK#9a");
  CHECK(answer(talk, "-").empty());
}

TEST_CASE("an empty packet is an unknown one, not the end") {
  Conversation talk;
  CHECK(answer(talk, "$#00") == "+$#00");
  CHECK(answer(talk, "$qC#b4") == "+$QC1#c5");
}

TEST_CASE("a corrupt packet is answered by an error") {
  Conversation talk;
  CHECK(answer(talk, "$}#7d") == "+$E03#a8");
  CHECK(answer(talk, "$qC#b4") == "+$QC1#c5");
}

TEST_CASE("packets that come together are answered in order") {
  Conversation talk;
  CHECK(answer(talk, "$qC#b4$#00$qC#b4") == "+$QC1#c5+$#00+$QC1#c5");
}

TEST_CASE("a packet that comes in pieces is answered once, when it is whole") {
  Conversation talk;
  CHECK(answer(talk, "$q").empty());
  CHECK(answer(talk, "C#b").empty());
  CHECK(answer(talk, "4") == "+$QC1#c5");
}

TEST_CASE("gdb gets run lengths, lldb does not") {
  Conversation gdb(gdb_16);
  CHECK(answer(gdb, "$m404000,8#00") == "$0*,#86");
  Conversation lldb(lldb_19);
  CHECK(answer(lldb, "$m404000,8#00") == "$0000000000000000#00");
}
