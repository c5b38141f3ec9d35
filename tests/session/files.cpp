// vFile: a client reaches only what it opened itself. "/x" is 2f78.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

struct WithFile : Conversation {
  WithFile() : Conversation(gdb_16) { host.add_file("/x", "0123456789"); }
};

}  // namespace

TEST_CASE("a file is opened, read and closed") {
  WithFile talk;
  CHECK(talk.play(R"(
    > vFile:open:2f78,0,0
    < F5
    * open /x in own root
    > vFile:pread:5,4,2
    < F4;2345
    > vFile:pread:5,100,8
    < F2;89
    > vFile:pread:5,100,a
    < F0;
    > vFile:close:5
    < F0
    * close 5
    > vFile:pread:5,4,0
    < F-1,9
  )") == as_written);
}

TEST_CASE("a descriptor that this client did not open is not one") {
  WithFile talk;
  CHECK(talk.play(R"(
    > vFile:pread:0,100,0
    < F-1,9
    > vFile:pwrite:1,0,hello
    < F-1,9
    > vFile:fstat:2
    < F-1,9
    > vFile:close:3
    < F-1,9
  )") == as_written);
  CHECK(talk.host.take_journal().empty());
}

TEST_CASE("a file is created and written") {
  WithFile talk;
  CHECK(talk.play(R"(
    > vFile:open:2f79,601,1b6
    < F5
    > vFile:pwrite:5,0,ab\x00
    < F3
    > vFile:pread:5,10,0
    < F3;ab\x00
  )") == as_written);
}

TEST_CASE("the host's errors have gdb's numbers") {
  WithFile talk;
  CHECK(talk.play(R"(
    > vFile:open:2f7a,0,0
    < F-1,2
    > vFile:unlink:2f7a
    < F-1,2
    > vFile:stat:2f7a
    < F-1,2
  )") == as_written);
}

TEST_CASE("vFile:setfs says whose files are meant from then on") {
  WithFile talk;
  CHECK(talk.play(R"(
    > vFile:setfs:1
    < F0
    > vFile:open:2f78,0,0
    < F5
    * open /x in root of 1
    > vFile:readlink:2f78
    < Fb;/bin/target
    * readlink /x in root of 1
    > vFile:setfs:0
    < F0
    > vFile:unlink:2f78
    < F0
    * unlink /x in own root
  )") == as_written);
}

TEST_CASE("gdb 16 has no lstat, and means by stat what that does") {
  WithFile talk;
  CHECK(talk.play(R"(
    > vFile:stat:2f78
    < F40;…
    * lstat /x in own root
  )") == as_written);
}

TEST_CASE("stat follows links, lstat does not, and both give 64 bytes") {
  Conversation talk(std::string(gdb_16) + ";multi-wp-addr+");
  talk.host.add_file("/x", "0123456789");
  CHECK(talk.play(R"(
    > vFile:stat:2f78
    < F40;\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x81\xa4\x00\x00\x00\x01…
    * stat /x in own root
    > vFile:lstat:2f78
    < F40;…
    * lstat /x in own root
  )") == as_written);
}

TEST_CASE("lldb's own questions about files have their own forms") {
  WithFile talk;
  CHECK(talk.play(R"(
    > vFile:size:2f78
    < F000000000000000a
    > vFile:exists:2f78
    < F,1
    > vFile:exists:2f7a
    < F,0
    > vFile:mode:2f78
    < F1a4
    > vFile:MD5:2f78
    < F,d41d8cd98f00b204e9800998ecf8427e
    > vFile:MD5:2f7a
    < F,x
    > vFile:symlink:2f78,2f79
    < F0,0
    * symlink /y to /x in own root
  )") == as_written);
}

// lldb-server dies of this.
TEST_CASE("a length that no file has does no harm") {
  WithFile talk;
  CHECK(talk.ask("vFile:open:2f78,0,0") == "F5");
  CHECK(talk.ask("vFile:pread:5,7fffffffffffffff,0") == "Fa;0123456789");
  CHECK(talk.ask("vFile:pread:5,4,ffffffffffffffff") == "F0;");
}

TEST_CASE("an operation that we do not have is unknown") {
  WithFile talk;
  CHECK(talk.ask("vFile:frobnicate:2f78") == "(empty)");
}
