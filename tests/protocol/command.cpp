// The name table: a name is taken whole, and what we do not know is no error.
#include "protocol/command.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"
#include "tests/support/sample_packets.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("every packet of ours is understood") {
  for (const auto packet : valid_packets) {
    CAPTURE(packet);
    const auto command = parse_command(packet);
    REQUIRE(command);
    CHECK_FALSE(std::holds_alternative<UnknownCommand>(*command));
  }
}

TEST_CASE("every packet of ours that is not what its name promises is an error with a sentence") {
  for (const auto packet : malformed_packets) {
    CAPTURE(packet);
    CHECK(is_malformed(packet));
  }
}

TEST_CASE("an empty packet is an unknown one") { CHECK(unknown("")); }

TEST_CASE("a packet that we do not serve is unknown, not malformed") {
  for (const auto* packet : {"vMustReplyEmpty",
                             "qOffsets",
                             "qTStatus",
                             "qTfV",
                             "qTsV",
                             "qL1160000000000000000",
                             "qShlibInfoAddr",
                             "qStructuredDataPlugins",
                             "jThreadExtendedInfo:{}",
                             "QAgent:1",
                             "QTNotes:user:41",
                             "QTDP:1:2:E:0:0",
                             "bc",
                             "bs",
                             "b",
                             "i",
                             "t",
                             "vFlashErase:0,1",
                             "Z5,401000,1",
                             "Z6,401000,4",
                             "Zf,401000,4",
                             "z5,401000,1",
                             "Hx0",
                             "Hs0",
                             "H",
                             "qWatchpointSupportInfo",
                             "qXfer:osdata:write::0:00",
                             "qXfer:auxv:write::0:00",
                             "qXfer:memory-map:read::0,1000",
                             "vFile:frobnicate:1",
                             "\x7f",
                             "\xff\xff"}) {
    CAPTURE(packet);
    CHECK(unknown(packet));
  }
}

TEST_CASE("qC answers for itself and for no longer name") {
  CHECK_NOTHROW(parsed<QueryCurrentThread>("qC"));
  CHECK_NOTHROW(parsed<ChecksumMemory>("qCRC:401000,10"));
  CHECK(unknown("qCR"));
  CHECK(unknown("qC0"));
}

TEST_CASE("a longer name is not a shorter one with an argument, nor the reverse") {
  CHECK(unknown("qAttachedX:1"));
  CHECK(unknown("qAttache:1"));
  CHECK(unknown("vContX;c"));
  CHECK(unknown("vCon"));
  CHECK(unknown("qXferX:auxv:read::0,1"));
  CHECK(unknown("QStartNoAckModes"));
  CHECK(unknown("qSupportedX:a"));
}

TEST_CASE("vCont? asks and vCont; acts") {
  CHECK_NOTHROW(parsed<QueryResumeActions>("vCont?"));
  CHECK_NOTHROW(parsed<Resume>("vCont;c"));
}

TEST_CASE("MultiMemRead begins with M and is no write") { CHECK(unknown("MultiMemRead:ranges:401000,4,402000,4;")); }

TEST_CASE("a packet that is only a name takes nothing behind it") {
  CHECK_NOTHROW(parsed<QueryStopReason>("?"));
  CHECK_NOTHROW(parsed<Kill>("k"));
  CHECK_NOTHROW(parsed<StartNoAckMode>("QStartNoAckMode"));
  CHECK_NOTHROW(parsed<EnableThreadSuffix>("QThreadSuffixSupported"));
  CHECK_NOTHROW(parsed<ListThreadsInStopReply>("QListThreadsInStopReply"));
  CHECK_NOTHROW(parsed<EnableErrorStrings>("QEnableErrorStrings"));
  CHECK_NOTHROW(parsed<QueryHostInfo>("qHostInfo"));
  CHECK_NOTHROW(parsed<QueryProcessInfo>("qProcessInfo"));
  CHECK_NOTHROW(parsed<QueryThreadsInfo>("jThreadsInfo"));
  CHECK_NOTHROW(parsed<FirstThreads>("qfThreadInfo"));
  CHECK_NOTHROW(parsed<NextThreads>("qsThreadInfo"));
  CHECK(is_malformed("?0"));
  CHECK(is_malformed("QStartNoAckMode:"));
  CHECK(is_malformed("qfThreadInfo;1"));
}

TEST_CASE("an error names what was wanted") {
  const auto command = parse_command("mzz,1");
  REQUIRE_FALSE(command);
  CHECK(command.error().text == "malformed packet, want address,length");
}
