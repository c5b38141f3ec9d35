// What a program prints on the terminal that was made for it, and what is typed there.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("lldb is told what its program prints while it runs") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! prints counted to 5\x0d\x0a
    < O636f756e74656420746f20350d0a
    ! signal 1.1 10
    < T0athread:p1.1;…
  )") == as_written);
}

TEST_CASE("what was printed before a stop or an end is told before it") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    ! prints one
    ! signal 1.1 10
    < O6f6e65
    < T0athread:p1.1;…
    > vCont;c
    < (running)
    ! prints two
    > (interrupt)
    < O74776f
    < T13thread:p1.1;…
    > vCont;c
    < (running)
    ! prints three
    ! exited 1 7
    < O7468726565
    < W07;process:1
  )") == as_written);
}

TEST_CASE("a client whose program is stopped is told nothing until it runs") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    ! prints one
    > qEcho:1
    < qEcho:1
    > vCont;c
    < O6f6e65
  )") == as_written);
}

TEST_CASE("long text is told in pieces") {
  Conversation talk(lldb_19);
  static_cast<void>(talk.ask("vCont;c"));
  const auto heard = talk.play("! prints " + std::string(5000, 'x'));
  CHECK(heard.find("O" + std::string(2 * 4096, '7')) == std::string::npos);
  CHECK(std::count(heard.begin(), heard.end(), 'O') == 2);
}

TEST_CASE("what is typed reaches the program, whatever its bytes are") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > I6869000a
    < OK
    * type hi\x00\x0a
    > I6
    < E03
    > vCont;c
    < (running)
    > I0a
    < OK
    * type \x0a
  )") == as_written);
}

TEST_CASE("where threads stop one by one, text is told of once and fetched piece by piece") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > vStdio
    < E01
    > QNonStop:1
    < OK
    > vCont;c
    < OK
    ! prints one
    < %Stdio:O6f6e65
    ! prints two
    < (silence)
    > vStdio
    < O74776f
    > vStdio
    < OK
    ! prints three
    ! exited 1 7
    < %Stdio:O7468726565
    < %Stop:W07;process:1
  )") == as_written);
}

TEST_CASE("a program that prints waits for a client that does not fetch") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("QNonStop:1") == "OK");
  CHECK(talk.session.hears());
  static_cast<void>(talk.play("! prints " + std::string(300'000, 'x')));
  CHECK_FALSE(talk.session.hears());
  CHECK(talk.ask("vStdio").starts_with("O78"));
}
