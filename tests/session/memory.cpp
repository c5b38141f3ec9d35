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

TEST_CASE("qSearch says where bytes are, or that they are not") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("qSearch:memory:401000;1000;\x10\x11\x12") == "1,401010");
  CHECK(talk.ask("qSearch:memory:401011;fef;\x10\x11\x12") == "0");
  CHECK(talk.ask("qSearch:memory:401000;1;\x10") == "0");
}

TEST_CASE("qSearch over what cannot be read is an error, unless the bytes are before it") {
  Conversation talk(lldb_19);
  CHECK(talk.ask("qSearch:memory:401000;ffffffffffffffff;\x10\x11") == "1,401010");
  CHECK(talk.ask("qSearch:memory:401000;ffffffffffffffff;nowhere") == "E08");
  CHECK(talk.ask("qSearch:memory:0;1;a") == "E08");
}

TEST_CASE("qCRC is the checksum of memory") {
  Conversation talk(lldb_19);
  CHECK(talk.play(R"(
    > M404000,9:313233343536373839
    < OK
    > qCRC:404000,9
    < C376e6e7
    > qCRC:404000,0
    < Cffffffff
    > qCRC:404000,1001
    < E08
    > qCRC:0,ffffffffffffffff
    < E08
  )") == as_written);
}

// gdb gives up after a few seconds, and takes a late reply for the next packet's.
TEST_CASE("a search that takes long tells that it goes on, and ends before the next packet is handled") {
  Conversation talk(gdb_16);
  talk.target.map(Address{0x10000000}, Bytes(0x8000000 + 1));
  CHECK(talk.play(R"(
    > qSearch:memory:10000000;8000001;needle
    > qC
    < %Working:
    < %Working:
    < 0
    < QCp1.1
  )") == as_written);
}

TEST_CASE("without a process there is nothing to look through") {
  Conversation talk(lldb_19);
  static_cast<void>(talk.ask("k"));
  CHECK(talk.ask("qSearch:memory:401000;10;a") == "E44");
  CHECK(talk.ask("qCRC:401000,10") == "E44");
}
