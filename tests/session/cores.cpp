// Core files that a client asks for. 2f74 is "/t".
#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

std::string rcmd(std::string_view line) { return "qRcmd," + hex_bytes(line); }

constexpr std::string_view elf_magic =
    "\x7f"
    "ELF";

bool is_core(Conversation& talk, const std::string& path) {
  const auto it = talk.host.files().find(path);
  return it != talk.host.files().end() && as_text(it->second).starts_with(elf_magic);
}

}  // namespace

TEST_CASE("monitor core writes one where it is told to, and says where") {
  Conversation talk(gdb_16);
  talk.host.allow_long_files();
  CHECK(talk.ask(rcmd("core a b")).contains(hex_bytes("Core of 1 thread written to /home/a b (")));
  CHECK(is_core(talk, "/home/a b"));
  CHECK(talk.ask(rcmd("core")).ends_with("OK"));
  CHECK(is_core(talk, "/home/core.1"));
}

TEST_CASE("monitor core says why there is none") {
  Conversation talk(gdb_16);
  CHECK(talk.ask(rcmd("core /c")).ends_with("E.cannot write /c: File too large"));
  CHECK(talk.host.files().empty());
  CHECK(talk.host.open_count() == 0);
}

TEST_CASE("qSaveCore writes a core to the hinted path, or where it can") {
  Conversation talk(lldb_19);
  talk.host.allow_long_files();
  talk.host.add_folder("/t");
  CHECK(talk.ask("qSaveCore") == "core-path:" + hex_bytes("/home/core.1"));
  CHECK(talk.ask("qSaveCore;path-hint:" + hex_bytes("/u") + ";") == "core-path:" + hex_bytes("/u"));
  CHECK(talk.ask("qSaveCore;path-hint:2f74;") == "core-path:" + hex_bytes("/home/core.1"));
  CHECK(is_core(talk, "/u"));
  CHECK(talk.ask("qSaveCore;path-hint:2").starts_with("E"));
}

TEST_CASE("an interrupt ends a long core, of which nothing stays") {
  Conversation talk(gdb_16);
  talk.host.allow_long_files();
  talk.target.map(Address{0x10000000}, Bytes(0x4000000, 1));
  talk.session.receive(encode_packet(rcmd("core /c"), RunLengths::off));
  for (int pieces = 0; pieces < 20; ++pieces) CHECK(talk.session.step());
  CHECK(talk.host.files().size() == 1);
  CHECK(talk.play(R"(
    > (interrupt)
    < E.interrupted
    > qC
    < QCp1.1
  )") == as_written);
  CHECK(talk.host.files().empty());
}

TEST_CASE("a client that leaves takes its half core along") {
  FakeHost host;
  FakeTarget target;
  host.allow_long_files();
  {
    Session session(target, host,
                    [](Session& its, Role) {
                      its.claim(Pid{1});
                      return Result<>{};
                    },
                    {});
    session.receive(encode_packet(rcmd("core /c"), RunLengths::off));
    for (int pieces = 0; pieces < 3; ++pieces) CHECK(session.step());
    CHECK(host.files().size() == 1);
  }
  CHECK(host.files().empty());
}
