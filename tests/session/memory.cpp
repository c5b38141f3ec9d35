// Memory: read, written, allocated, described. Code at 0x401000 holds 00 01 02 …; data at 0x404000 are zero.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("m reads memory in hex") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("m401000,8") == "0001020304050607");
}

TEST_CASE("x reads memory in binary, for gdb behind a b") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("x401020,6") == "b !\"#$%");
  CHECK(talk.ask("x401000,2") == "b\\x00\\x01");
}

TEST_CASE("x reads memory in binary, for lldb bare") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("x401020,6") == " !\"#$%");
  CHECK(talk.ask("x0,0") == "OK");
}

TEST_CASE("what is readable is read, where the end is not") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("m401ffe,8") == "0000");
  CHECK(talk.ask("x401ffe,8") == "b\\x00\\x00");
}

TEST_CASE("memory that is not there is an error") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > m500000,4
    < E08
    > x500000,4
    < E08
    > M500000,1:00
    < E09
    > X401fff,2:ab
    < E09
  )") == as_written);
}

TEST_CASE("M and X write memory") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > M404000,4:deadbeef
    < OK
    * write 0x404000 deadbeef
    > X404004,3:\x00#}
    < OK
    * write 0x404004 00237d
    > m404000,8
    < deadbeef00237d00
  )") == as_written);
}

// lldb-server does not answer the first; gdb probes with the second.
TEST_CASE("a write of nothing is done") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("M404000,0:") == "OK");
  CHECK(talk.ask("X404000,0:") == "OK");
}

// These have killed gdbserver 13 to 18 and lldb-server 14 to 21.
TEST_CASE("a length that no memory has does no harm") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("m401000,7fffffffffffffff").size() == 2 * 0x1000);
  CHECK(talk.ask("m401000,12000").size() == 2 * 0x1000);
  CHECK(talk.ask("m0,7fffffffffffffff") == "E08");
  CHECK(talk.ask("M0,7fffffffffffffff:00") == "E03");
  CHECK(talk.ask("M401000,ffffffff:") == "E03");
}

TEST_CASE("memory is allocated and given back by the current thread") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > _M1000,rx
    < 00007ffff7fc5000
    * allocate 4096 r-x by 1.1
    > _m7ffff7fc5000
    < OK
    * deallocate 0x7ffff7fc5000 by 1.1
  )") == as_written);
}

TEST_CASE("a region is described with permissions and name") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("qMemoryRegionInfo") == "OK");
  CHECK(talk.ask("qMemoryRegionInfo:401010") == "start:401000;size:1000;permissions:rx;name:2f62696e2f70726f67;");
  CHECK(talk.ask("qMemoryRegionInfo:404fff") == "start:404000;size:1000;permissions:rw;");
}

TEST_CASE("a hole is described by where it begins and how long it is") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("qMemoryRegionInfo:0") == "start:0;size:401000;");
  CHECK(talk.ask("qMemoryRegionInfo:402000") == "start:402000;size:2000;");
  CHECK(talk.ask("qMemoryRegionInfo:500000").starts_with("start:405000;size:ffffffffffbfafff;"));
}
