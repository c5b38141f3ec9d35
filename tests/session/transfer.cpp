// qXfer: documents in pieces.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("a document in pieces is the document") {
  Conversation talk(gdb_16);
  const auto whole = talk.ask("qXfer:features:read:target.xml:0,10000").substr(1);
  const auto size = GENERATE(0x40u, 0x3e7u, 0x1000u);
  constexpr auto digits = "0123456789abcdef";
  const auto hex = [&](std::size_t value) {
    std::string out;
    for (int shift = 28; shift >= 0; shift -= 4) out += digits[value >> shift & 15];
    return out;
  };
  std::string pieces;
  for (bool more = true; more;) {
    const auto reply = talk.ask("qXfer:features:read:target.xml:" + hex(pieces.size()) + "," + hex(size));
    REQUIRE((reply.starts_with('m') || reply.starts_with('l')));
    more = reply.starts_with('m');
    pieces += reply.substr(1);
    REQUIRE(pieces.size() <= whole.size());
  }
  CHECK(pieces == whole);
}

TEST_CASE("a piece behind the end is the end") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("qXfer:features:read:target.xml:ffffffffffffffff,1000") == "l");
}

// lldb-server gives pieces of what was read before.
TEST_CASE("a piece of one document is never a piece of another") {
  Conversation talk(gdb_16);
  talk.target.set_auxv(Bytes(64, 'a'));
  CHECK(talk.ask("qXfer:features:read:target.xml:0,10").starts_with("m<?xml"));
  CHECK(talk.ask("qXfer:auxv:read::20,10") == "m" + std::string(16, 'a'));
}

TEST_CASE("signal information is that of the thread asked about, from any offset") {
  Conversation talk(gdb_16);
  talk.target.add_thread({Pid{1}, Tid{2}}, "worker");
  CHECK(talk.ask("Hgp1.1") == "OK");
  CHECK(talk.ask("qXfer:siginfo:read::0,1") == "m\\x01");
  CHECK(talk.ask("Hgp1.2") == "OK");
  CHECK(talk.ask("qXfer:siginfo:read::0,1") == "m\\x02");
}

TEST_CASE("the auxiliary vector is raw") {
  Conversation talk(gdb_16);
  talk.target.set_auxv({6, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0});
  CHECK(talk.ask("qXfer:auxv:read::0,1000") == R"(l\x06\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00)");
}

TEST_CASE("the executable is that of the process, and of no other") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("qXfer:exec-file:read:1:0,1000") == "l/bin/prog");
  CHECK(talk.ask("qXfer:exec-file:read::0,1000") == "l/bin/prog");
  CHECK(talk.ask("qXfer:exec-file:read:2:0,1000") == "E.not a process of this session");
  CHECK(talk.ask("qXfer:exec-file:read:zz:0,1000") == "E.the annex is a process id");
}

TEST_CASE("another file than target.xml is not described") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("qXfer:features:read:other.xml:0,1000") == "E01");
}

TEST_CASE("objects that we do not have are unknown") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("qXfer:osdata:write::0:1") == "(empty)");
  CHECK(talk.ask("qXfer:memory-map:read::0,1000") == "(empty)");
}

TEST_CASE("signal information is changed from an offset on, of the thread chosen") {
  Conversation talk(gdb_16);
  talk.target.add_thread({Pid{1}, Tid{2}}, "worker");
  CHECK(talk.play(R"(
    > Hgp1.2
    < OK
    > qXfer:siginfo:read::0,80
    < l\x02…
    > qXfer:siginfo:write::4:ab#
    < 3
    * signal info of 1.2
    > qXfer:siginfo:read::2,6
    < m\x00\x00ab#\x00
    > Hgp1.1
    < OK
    > qXfer:siginfo:read::2,6
    < m\x00\x00\x00\x00\x00\x00
  )") == as_written);
}

TEST_CASE("what does not fit into signal information is not written") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > qXfer:siginfo:write::7e:abcd
    < 2
    > qXfer:siginfo:read::7c,10
    < l\x00\x00ab
    > qXfer:siginfo:write::80:a
    < E.a siginfo_t is not that long
    > qXfer:siginfo:write::ffffffffffffffff:a
    < E.a siginfo_t is not that long
    > vCont;c
    < (running)
    > qXfer:siginfo:write::0:a
    < E.the thread is running
  )") == as_written);
}

TEST_CASE("a table of the system is a document of its own, and there need be no process") {
  Conversation talk(gdb_16);
  static_cast<void>(talk.ask("vKill;1"));
  static_cast<void>(talk.target.take_journal());
  CHECK(talk.play(R"(
    > qXfer:osdata:read:processes:0,1000
    < l<osdata type="processes">\x0a<item><column name="pid">1</column><column name="command">/bin/prog &lt;&amp;&gt;</column></item>\x0a<item><column name="pid">2</column><column name="command"></column></item>\x0a</osdata>\x0a
    * table of processes
  )") == as_written);
}

TEST_CASE("a table of the system is read once for all its pieces") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > qXfer:osdata:read:processes:0,8
    < m<osdata 
    * table of processes
    > qXfer:osdata:read:processes:8,10
    < mtype="processes"
  )") == as_written);
  CHECK(talk.host.take_journal().empty());
}

TEST_CASE("a table that nobody has is empty, as gdbserver's is") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("qXfer:osdata:read:planets:0,1000") == "l");
}
