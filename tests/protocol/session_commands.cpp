#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("qSupported's words stand between semicolons") {
  CHECK(parsed<NegotiateFeatures>("qSupported:multiprocess+;swbreak+;xmlRegisters=i386").features.words ==
        Words{"multiprocess+", "swbreak+", "xmlRegisters=i386"});
  CHECK(parsed<NegotiateFeatures>("qSupported").features.words.empty());
  CHECK(parsed<NegotiateFeatures>("qSupported:").features.words.empty());
  CHECK(parsed<NegotiateFeatures>("qSupported:a+;;b+;").features.words == Words{"a+", "b+"});
}

// lldb-server loses the first word.
TEST_CASE("LLDB's tests put a semicolon where all others put a colon") {
  CHECK(parsed<NegotiateFeatures>("qSupported;multiprocess+").features.words == Words{"multiprocess+"});
}

TEST_CASE("qEcho is answered with itself") {
  CHECK(parsed<Echo>("qEcho:17").text == "qEcho:17");
  CHECK(parsed<Echo>("qEcho").text == "qEcho");
}

TEST_CASE("qSymbol offers symbols, whatever it names") {
  CHECK_NOTHROW(parsed<OfferSymbols>("qSymbol::"));
  CHECK_NOTHROW(parsed<OfferSymbols>("qSymbol:401000:6d61696e"));
}

TEST_CASE("a monitor command comes in hex") {
  CHECK(parsed<Monitor>("qRcmd,68656c70").line == "help");
  CHECK(parsed<Monitor>("qRcmd,").line.empty());
}

TEST_CASE("signals to pass stand between semicolons, and blanks do not matter") {
  const auto packet = parsed<PassSignals>("QPassSignals:e;10; 14 ;1a");
  REQUIRE(packet.signals.size() == 4);
  CHECK(number(packet.signals[0]) == 0x0e);
  CHECK(number(packet.signals[3]) == 0x1a);
  CHECK(parsed<PassSignals>("QPassSignals:").signals.empty());
}

TEST_CASE("qXfer names an object, a part of it, and a piece") {
  const auto packet = parsed<ReadObject>("qXfer:features:read:target.xml:1000,fff");
  CHECK(packet.object == TransferObject::features);
  CHECK(packet.annex == "target.xml");
  CHECK(packet.offset == 0x1000);
  CHECK(packet.length == 0xfff);
}

TEST_CASE("every qXfer object has its name") {
  CHECK(parsed<ReadObject>("qXfer:auxv:read::0,1").object == TransferObject::auxv);
  CHECK(parsed<ReadObject>("qXfer:libraries-svr4:read::0,1").object == TransferObject::libraries_svr4);
  CHECK(parsed<ReadObject>("qXfer:threads:read::0,1").object == TransferObject::threads);
  CHECK(parsed<ReadObject>("qXfer:exec-file:read:1f:0,1").annex == "1f");
  CHECK(parsed<ReadObject>("qXfer:siginfo:read::0,1").object == TransferObject::siginfo);
}
