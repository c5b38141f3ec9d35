// monitor …: the text comes in O packets before the reply. 68656c70 is "help".
#include <algorithm>

#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

// What a user reads of a reply's O packets, and the reply behind them.
std::pair<std::string, std::string> read(const std::string& reply) {
  std::string text, last;
  for (std::size_t at = 0; at < reply.size();) {
    const auto end = std::min(reply.find('\n', at), reply.size());
    const auto line = reply.substr(at, end - at);
    if (line.starts_with('O') && line != "OK") {
      text += text_from_hex(line.substr(1)).value();
    } else {
      last = line;
    }
    at = end + 1;
  }
  return {text, last};
}

std::pair<std::string, std::string> monitor(Conversation& talk, std::string_view line) {
  return read(talk.ask("qRcmd," + hex_bytes(line)));
}

}  // namespace

TEST_CASE("help lists the commands") {
  Conversation talk(gdb_16);
  const auto [text, reply] = monitor(talk, "help");
  CHECK(reply == "OK");
  for (const auto* name : {"help", "disassemble", "breakpoints", "maps"}) CHECK(text.contains(name));
}

TEST_CASE("an unknown command is an error, with the list") {
  Conversation talk(gdb_16);
  const auto [text, reply] = monitor(talk, "frobnicate");
  CHECK(reply == "E.unknown monitor command");
  CHECK(text.starts_with("Unknown monitor command.\n"));
  CHECK(monitor(talk, "").second == "E.unknown monitor command");
}

TEST_CASE("the memory map is shown like /proc's") {
  Conversation talk(gdb_16);
  CHECK(monitor(talk, "maps").first ==
        "000000401000-000000402000 r-xp 00000000 /bin/prog\n"
        "000000404000-000000405000 rw-p 00000000\n");
}

TEST_CASE("breakpoints are shown with what they hide") {
  Conversation talk(gdb_16);
  CHECK(monitor(talk, "breakpoints").first == "No breakpoints are inserted.\n");
  CHECK(talk.ask("Z0,401000,1") == "OK");
  CHECK(monitor(talk, "breakpoints").first ==
        "address             original  hits\n"
        "0x0000000000401000  90        0\n");
}

TEST_CASE("the code at the pc, or elsewhere, is disassembled") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("X401000,2:\x90\xc3") == "OK");
  CHECK(monitor(talk, "disassemble 401000 2").first ==
        "=> 0x401000:\t90                      nop\n"
        "   0x401001:\tc3                      retq\n");
  CHECK(monitor(talk, "disassemble").first.starts_with("=> 0x401000:\t90"));
}

TEST_CASE("a bad argument is an error with the reason as text") {
  Conversation talk(gdb_16);
  CHECK(monitor(talk, "disassemble zz").first == "ADDRESS is a hexadecimal number.\n");
  CHECK(monitor(talk, "disassemble 401000 0").first == "COUNT is a number from 1 to 1000.\n");
  CHECK(monitor(talk, "disassemble 0").first == "cannot read memory there\n");
}

TEST_CASE("long output comes in several packets, each with whole bytes") {
  Conversation talk(gdb_16);
  const auto reply = talk.ask("qRcmd," + hex_bytes("disassemble 401000 1000"));
  std::size_t pieces = 0;
  for (std::size_t at = 0; (at = reply.find('\n', at)) != std::string::npos; ++at) ++pieces;
  CHECK(pieces > 1);
  CHECK(read(reply).second == "OK");
}

TEST_CASE("without a process the commands say so") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("vKill;1") == "OK");
  CHECK(monitor(talk, "maps").second == "E.There is no process.");
  CHECK(monitor(talk, "disassemble").second == "E.There is no process.");
  CHECK(monitor(talk, "breakpoints").second == "E.There is no process.");
}
