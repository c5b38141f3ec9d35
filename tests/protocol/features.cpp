// Who a client is and what it is offered, out of the qSupported packets that real clients send.
#include "protocol/features.hpp"

#include <algorithm>

#include "protocol/cursor.hpp"
#include "tests/support/catch.hpp"

using namespace stub;

namespace {

ClientFeatures said(std::string_view words) {
  ClientFeatures features;
  Cursor in(words);
  while (!in.done()) features.words.emplace_back(in.until(';'));
  return features;
}

constexpr auto gdb_13 =
    "multiprocess+;swbreak+;hwbreak+;qRelocInsn+;fork-events+;vfork-events+;exec-events+;vContSupported+;"
    "QThreadEvents+;no-resumed+;memory-tagging+;xmlRegisters=i386";
constexpr auto gdb_16 =
    "multiprocess+;swbreak+;hwbreak+;qRelocInsn+;fork-events+;vfork-events+;exec-events+;vContSupported+;"
    "QThreadEvents+;QThreadOptions+;no-resumed+;memory-tagging+;xmlRegisters=i386;error-message+";
constexpr auto gdb_18 =
    "multiprocess+;swbreak+;hwbreak+;qRelocInsn+;fork-events+;vfork-events+;exec-events+;vContSupported+;"
    "QThreadEvents+;QThreadOptions+;no-resumed+;memory-tagging+;single-inf-arg+;xmlRegisters=i386;error-message+;"
    "multi-wp-addr+";
constexpr auto lldb_19 = "xmlRegisters=i386,arm,mips,arc;multiprocess+;fork-events+;vfork-events+";
constexpr auto lldb_21 = "xmlRegisters=i386,arm,mips,arc;multiprocess+;fork-events+;vfork-events+;swbreak+;hwbreak+";

constexpr auto offered_to_gdb =
    "PacketSize=40000;QStartNoAckMode+;multiprocess+;swbreak+;hwbreak+;fork-events+;vfork-events+;exec-events+;"
    "no-resumed+;QNonStop+;QCatchSyscalls+;QThreadEvents+;QDisableRandomization+;QStartupWithShell+;"
    "QEnvironmentHexEncoded+;QEnvironmentReset+;QEnvironmentUnset+;QSetWorkingDir+;vContSupported+;binary-upload+;"
    "QPassSignals+;QProgramSignals+;qXfer:features:read+;qXfer:auxv:read+;qXfer:libraries-svr4:read+;augmented-"
    "libraries-svr4-read+;"
    "qXfer:siginfo:read+;qXfer:siginfo:write+;qXfer:osdata:read+;qXfer:threads:read+;qXfer:exec-file:read+;"
    "ConditionalBreakpoints+;BreakpointCommands+";
constexpr auto offered_to_lldb =
    "PacketSize=40000;QStartNoAckMode+;multiprocess+;fork-events+;vfork-events+;QPassSignals+;qXfer:features:read+;"
    "qXfer:auxv:read+;qXfer:libraries-svr4:read+;qXfer:siginfo:read+;qEcho+;qEcho;qSaveCore+;native-signals+;"
    "QThreadSuffixSupported+;"
    "QListThreadsInStopReply+";

std::string offered(const ClientFeatures& features) { return offered_features(features.identify(), features); }

std::string without(std::string text, std::string_view word) {
  if (const auto at = text.find(word); at != std::string::npos) text.erase(at, word.size());
  return text;
}

}  // namespace

TEST_CASE("gdb 13, 16 and 18 are gdb and are offered what they know") {
  for (const auto* words : {gdb_13, gdb_16, gdb_18}) CHECK(said(words).identify() == Client::gdb);
  CHECK(offered(said(gdb_13)) == offered_to_gdb);
  CHECK(offered(said(gdb_16)) != offered_to_gdb);
  CHECK(without(offered(said(gdb_16)), "QThreadOptions=3;") == offered_to_gdb);
  CHECK(offered(said(gdb_18)) != offered(said(gdb_16)));
  CHECK(without(offered(said(gdb_18)), "single-inf-arg+;") == offered(said(gdb_16)));
}

TEST_CASE("lldb 14 to 21 is lldb and is offered the same") {
  const auto* words = GENERATE(lldb_19, lldb_21);
  CHECK(said(words).identify() == Client::lldb);
  CHECK(offered(said(words)) == offered_to_lldb);
}

TEST_CASE("a client that says nothing is a script, offered what LLDB's tests know") {
  CHECK(said("").identify() == Client::script);
  CHECK(offered(said("")) ==
        "PacketSize=40000;QStartNoAckMode+;QPassSignals+;qXfer:features:read+;qXfer:auxv:read+;"
        "qXfer:libraries-svr4:read+;qXfer:siginfo:read+;qEcho+;qSaveCore+;native-signals+;QThreadSuffixSupported+;"
        "QListThreadsInStopReply+");
}

TEST_CASE("a script that asks for multiprocess gets it") {
  CHECK(said("multiprocess+").identify() == Client::script);
  CHECK(offered(said("multiprocess+")).starts_with("PacketSize=40000;QStartNoAckMode+;multiprocess+;QPassSignals+;"));
}

// gdbremote_testcase.py raises on any other name.
TEST_CASE("a script is offered no name that LLDB's tests do not know") {
  const std::vector<std::string> known = {"augmented-libraries-svr4-read",
                                          "PacketSize",
                                          "QStartNoAckMode",
                                          "QThreadSuffixSupported",
                                          "QListThreadsInStopReply",
                                          "qXfer:auxv:read",
                                          "qXfer:libraries:read",
                                          "qXfer:libraries-svr4:read",
                                          "qXfer:features:read",
                                          "qXfer:siginfo:read",
                                          "qEcho",
                                          "QPassSignals",
                                          "multiprocess",
                                          "fork-events",
                                          "vfork-events",
                                          "memory-tagging",
                                          "qSaveCore",
                                          "native-signals",
                                          "QNonStop",
                                          "SupportedWatchpointTypes",
                                          "SupportedCompressions"};
  const auto reply = offered(said("multiprocess+;fork-events+;vfork-events+"));
  Cursor in(reply);
  while (!in.done()) {
    const auto word = in.until(';');
    CAPTURE(word);
    const auto end = word.find_first_of("+=");
    REQUIRE(end != std::string_view::npos);
    CHECK(std::find(known.begin(), known.end(), word.substr(0, end)) != known.end());
  }
}

TEST_CASE("gdb is offered only such words as end in + or hold a value") {
  const auto reply = offered(said(gdb_18));
  Cursor in(reply);
  while (!in.done()) {
    const auto word = in.until(';');
    CAPTURE(word);
    CHECK((word.ends_with('+') || word.contains('=')));
  }
}

TEST_CASE("what a client did not ask for is not offered where the client must ask") {
  const auto reply = offered(said("qRelocInsn+"));
  CHECK(said("qRelocInsn+").identify() == Client::gdb);
  for (const auto* word : {"multiprocess+", "swbreak+", "hwbreak+", "exec-events+"}) CHECK_FALSE(reply.contains(word));
}

TEST_CASE("the order of a client's words does not matter") {
  CHECK(said("error-message+;xmlRegisters=i386;qRelocInsn+").identify() == Client::gdb);
  CHECK(said("multiprocess+;xmlRegisters=i386,arm,mips,arc").identify() == Client::lldb);
}

TEST_CASE("a word is there only as a whole") {
  CHECK(said("swbreak+").has("swbreak+"));
  CHECK_FALSE(said("swbreak+").has("swbreak"));
  CHECK_FALSE(said("swbreak-").has("swbreak+"));
  CHECK_FALSE(said("xswbreak+").has("swbreak+"));
}

TEST_CASE("children are told of only to those who know processes by their numbers") {
  CHECK(offered(said("fork-events+;vfork-events+")).find("fork") == std::string::npos);
  CHECK(offered(said("multiprocess+;vfork-events+")).find(";vfork-events+") != std::string::npos);
  CHECK(offered(said("multiprocess+;vfork-events+")).find(";fork-events+") == std::string::npos);
}
