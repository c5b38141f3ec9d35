// Packets that the command line withholds: the session acts as if it did not know them.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

Withheld withheld(std::string_view list) {
  Withheld out;
  REQUIRE(out.add(list));
  return out;
}

}  // namespace

TEST_CASE("what is withheld gets the empty reply, the rest its own") {
  Conversation talk(gdb_16, withheld("vCont,qC,qfThreadInfo"));
  CHECK(talk.play(R"(
    > vCont?
    < (empty)
    > vCont;c
    < (empty)
    > qC
    < (empty)
    > qfThreadInfo
    < (empty)
    > qsThreadInfo
    < (empty)
    > qAttached:1
    < 0
    > Hc-1
    < OK
    > c
    < (running)
    ! breakpoint 1.1 0x401000
    < T05swbreak:;06:0000000000000000;07:0000000000000000;10:0010400000000000;thread:p1.1;
  )") == as_written);
}

TEST_CASE("stops may be told without their thread, or by their signal alone") {
  Conversation without_thread(gdb_16, withheld("Tthread"));
  CHECK(without_thread.ask("?") == "T0506:0000000000000000;07:0000000000000000;10:0010400000000000;");
  Conversation signal_alone(gdb_16, withheld("T"));
  CHECK(signal_alone.ask("?") == "S05");
  CHECK(signal_alone.play(R"(
    > vCont;c
    < (running)
    ! signal 1.1 11
    < S0b
  )") == as_written);
}

TEST_CASE("vCont may offer no steps, but does them: gdb for x86 cannot step otherwise") {
  Conversation talk(gdb_16, withheld("vConts"));
  CHECK(talk.play(R"(
    > vCont?
    < vCont;c;C;t
    > vCont;s:p1.1
    < (running)
  )") == as_written);
}
