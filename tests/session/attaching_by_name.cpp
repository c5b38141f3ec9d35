// Attaching by the name of a program's file: "late" is 6c617465, "prog" 70726f67, "init" 696e6974.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

struct Empty : Conversation {
  explicit Empty(std::string_view words = lldb_19) : Conversation(words) { static_cast<void>(ask("D")); }

  // Time goes by.
  std::string look() {
    session.look();
    const auto output = session.take_output();
    return output.empty() ? "(silence)" : output;
  }
};

}  // namespace

TEST_CASE("lldb may ask for a process that is there or will be") {
  Empty talk;
  CHECK(talk.ask("qVAttachOrWaitSupported") == "OK");
}

TEST_CASE("a process that is there is attached to by its name") {
  Empty talk;
  talk.host.start(Pid{7});
  CHECK(talk.ask("vAttachName;6c617465").starts_with("T13thread:p7.7;"));
  CHECK(talk.session.processes() == std::set{Pid{7}});
}

TEST_CASE("without such a process, or with several, there is nothing to attach to") {
  Empty talk;
  CHECK(talk.ask("QEnableErrorStrings") == "OK");
  CHECK(talk.ask("vAttachName;6c617465") == "E44;7468657265206973206e6f2070726f63657373206e616d6564206c617465");
  CHECK(talk.ask("vAttachName;696e6974").starts_with("E44;"));  // root's, and we are not
  talk.host.start(Pid{7});
  talk.host.start(Pid{8});
  CHECK(talk.ask("vAttachName;6c617465").starts_with("Eff;"));
  CHECK(talk.ask("vAttachOrWait;6c617465").starts_with("Eff;"));
  CHECK(talk.session.processes().empty());
}

TEST_CASE("who waits for a process gets the next one that has the name") {
  Empty talk;
  talk.host.start(Pid{8});
  CHECK(talk.ask("vAttachWait;6c617465") == "(silence)");
  CHECK(talk.session.awaits());
  CHECK(talk.look() == "(silence)");
  CHECK(talk.session.awaits());
  talk.host.start(Pid{7});
  CHECK(talk.look().starts_with("$T13thread:p7.7;"));
  CHECK_FALSE(talk.session.awaits());
  CHECK(talk.session.processes() == std::set{Pid{7}});
}

TEST_CASE("a number that comes back after its process has ended is a new process") {
  Empty talk;
  talk.host.start(Pid{7});
  CHECK(talk.ask("vAttachWait;6c617465") == "(silence)");
  talk.host.end(Pid{7});
  CHECK(talk.look() == "(silence)");
  talk.host.start(Pid{7});
  CHECK(talk.look().starts_with("$T13thread:p7.7;"));
}

TEST_CASE("who takes a process that is there, or else waits, waits only without one") {
  Empty talk;
  CHECK(talk.ask("vAttachOrWait;6c617465") == "(silence)");
  talk.host.start(Pid{7});
  CHECK(talk.look().starts_with("$T13thread:p7.7;"));
  Empty other;
  other.host.start(Pid{7});
  CHECK(other.ask("vAttachOrWait;6c617465").starts_with("T13thread:p7.7;"));
}

TEST_CASE("several that come at once are too many") {
  Empty talk;
  CHECK(talk.ask("vAttachWait;6c617465") == "(silence)");
  talk.host.start(Pid{7});
  talk.host.start(Pid{8});
  CHECK(talk.look() == "$Eff#11");
  CHECK_FALSE(talk.session.awaits());
}

TEST_CASE("an interrupt ends the wait, and others are answered meanwhile") {
  Empty talk;
  CHECK(talk.play(R"(
    > vAttachWait;6c617465
    < (silence)
    > qGetWorkingDir
    < 2f686f6d65
    > vAttachOrWait;6e6f6e65
    < E37
    > (interrupt)
    < E44
  )") == as_written);
  talk.host.start(Pid{7});
  CHECK(talk.look() == "(silence)");
  CHECK(talk.session.processes().empty());
}

TEST_CASE("where threads stop one by one a process that was waited for runs on") {
  Empty talk;
  CHECK(talk.ask("QNonStop:1") == "OK");
  CHECK(talk.ask("vAttachWait;6c617465") == "(silence)");
  talk.host.start(Pid{7});
  CHECK(talk.look().starts_with("$OK#"));
}
