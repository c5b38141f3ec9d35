// Sessions whose client names what to debug.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

struct Empty : Conversation {
  explicit Empty(std::string_view first_words) {
    starts_with_process = false;
    static_cast<void>(ask("QStartNoAckMode"));
    static_cast<void>(ask(first_words));
  }
};

}  // namespace

TEST_CASE("gdb runs a program with an edited environment, and kills it, and runs it again") {
  Empty talk(gdb_16);
  CHECK(talk.play(R"(
    > !
    < OK
    > ?
    < W00
    > qfThreadInfo
    < l
    > QEnvironmentReset
    < OK
    > QEnvironmentHexEncoded:413d62
    < OK
    > QSetWorkingDir:2f746d70
    < OK
    > vRun;2f62696e2f78;61
    < T05…
    * launch [/bin/x] [a] in /tmp HOME=/root SHELL=/bin/dash A=b execs 1
    > vKill;2
    < OK
    * kill 2
    > vRun;
    < T05…
    * launch [/bin/x] in /tmp HOME=/root SHELL=/bin/dash A=b execs 1
  )") == as_written);
  CHECK(talk.session.parting() == Parting::none);
  CHECK(talk.session.processes() == std::set{Pid{2}});
}

TEST_CASE("a program that cannot be run is said, and nothing has changed") {
  Empty talk(gdb_16);
  CHECK(talk.ask("vRun;2f78") == "E.Cannot exec /x");
  CHECK(talk.ask("vRun;zz").starts_with("E.malformed"));
  CHECK(talk.ask("vAttach;9") == "E.Cannot attach to process 9");
  CHECK(talk.session.processes().empty());
  CHECK(talk.ask("qC").starts_with("E"));
}

TEST_CASE("with a shell, wildcards and variables are left to it, and what was quoted is quoted again") {
  Empty talk(gdb_16);
  talk.host.add_file("/bin/dash", "");
  CHECK(talk.ask("QStartupWithShell:1") == "OK");
  CHECK(talk.play(R"(
    > vRun;2f62696e2f78;2a2e63;24464f4f;612062
    < T05…
    * stat /bin/dash in own root
    * launch [/bin/dash] [-c] [exec /bin/x *.c $FOO a\ b] execs 2
    > vKill;2
    < OK
    > QStartupWithShell:0
    < OK
    > vRun;;612062
    < T05…
    * launch [/bin/x] [a b] execs 1
  )") == as_written);
}

TEST_CASE("an image without a shell runs the program as it is") {
  Empty talk(gdb_16);
  CHECK(talk.play(R"(
    > QStartupWithShell:1
    < OK
    > vRun;2f62696e2f78
    < T05…
    * stat /bin/dash in own root
    * stat /bin/sh in own root
    * launch [/bin/x] execs 1
  )") == as_written);
}

TEST_CASE("gdb attaches, and detaching leaves an extended session without a process") {
  Empty talk(gdb_16);
  CHECK(talk.ask("!") == "OK");
  CHECK(talk.ask("vAttach;3").starts_with("T05"));
  CHECK(talk.ask("qAttached:3") == "1");
  CHECK(talk.ask("D;3") == "OK");
  CHECK(talk.session.parting() == Parting::none);
  CHECK(talk.session.processes().empty());
}

TEST_CASE("lldb 14 launches with A and asks whether it worked") {
  Empty talk(lldb_19);
  CHECK(talk.play(R"(
    > QSetDisableASLR:1
    < OK
    > QEnvironment:A=b
    < OK
    > A12,0,2f62696e2f78
    < OK
    * launch [/bin/x] A=b on a terminal execs 1
    > qLaunchSuccess
    < OK
  )") == as_written);
  CHECK(talk.ask("qC") == "QCp2.2");
  CHECK(talk.ask("A4,0,2f78").starts_with("E"));
  CHECK(talk.ask("qLaunchSuccess") == "ECannot exec /x");
}

// lldb-server appends them to the first one's.
TEST_CASE("a second launch has arguments of its own") {
  Empty talk(lldb_19);
  CHECK(talk.play(R"(
    > A12,0,2f62696e2f78,2,1,61
    < OK
    * launch [/bin/x] [a] on a terminal execs 1
    > A12,0,2f62696e2f78,2,1,62
    < OK
    * launch [/bin/x] [b] on a terminal execs 1
  )") == as_written);
}

TEST_CASE("the program that a server was started with is told, quoted") {
  Empty talk(gdb_16);
  CHECK(talk.ask("qExecAndArgs") == "U");
  CHECK(talk.ask("vRun;2f62696e2f78;612062;63").starts_with("T05"));
  CHECK(talk.ask("qExecAndArgs") == "S;2f62696e2f78;615c20622063;");
}

TEST_CASE("a client takes a second process beside the first, and each end is told by itself") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("!") == "OK");
  CHECK(talk.ask("vAttach;3").starts_with("T05"));
  CHECK(talk.ask("qfThreadInfo") == "mp1.1,p3.3");
  const auto threads = talk.ask("qXfer:threads:read::0,1000");
  CHECK(threads.find("p1.1") < threads.find("p3.3"));
  CHECK(threads.find("p3.3") != std::string::npos);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! exited 3 7
    < W07;process:3
    * hold 1.1
  )") == as_written);
  CHECK(talk.ask("qfThreadInfo") == "mp1.1");
  CHECK(talk.ask("vKill;3").starts_with("E.not a process"));
  CHECK(talk.session.parting() == Parting::none);
}
