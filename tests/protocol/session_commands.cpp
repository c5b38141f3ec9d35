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
  const auto packet = parsed<PassSignals>("QPassSignals:e;10; 14 ;1a ");
  REQUIRE(packet.signals.size() == 4);
  CHECK(number(packet.signals[0]) == 0x0e);
  CHECK(number(packet.signals[3]) == 0x1a);
  CHECK(parsed<PassSignals>("QPassSignals:").signals.empty());
}

TEST_CASE("signals that the program may get at a detach are listed in the same way") {
  const auto packet = parsed<ProgramSignals>("QProgramSignals:0;1;1e");
  REQUIRE(packet.signals.size() == 3);
  CHECK(number(packet.signals[2]) == 0x1e);
  CHECK(parsed<ProgramSignals>("QProgramSignals:").signals.empty());
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
  CHECK(parsed<ReadObject>("qXfer:osdata:read:processes:0,1").annex == "processes");
}

TEST_CASE("qXfer writes signal information from an offset on, any bytes") {
  using namespace std::string_view_literals;
  const auto packet = parsed<WriteSignalInfo>("qXfer:siginfo:write::1c:\0:,#"sv);
  CHECK(packet.offset == 0x1c);
  CHECK(packet.bytes == Bytes{0, ':', ',', '#'});
  CHECK(parsed<WriteSignalInfo>("qXfer:siginfo:write::0:").bytes.empty());
}
