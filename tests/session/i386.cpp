// A 32-bit program, as gdb and lldb are told of it. eip is 8, and all general registers have 32 bits.
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("gdb is given i386's registers") {
  Conversation talk(gdb_16);
  talk.target.become(plain_i386());
  CHECK(talk.play(R"(
    > qXfer:features:read:target.xml:0,1000
    < m<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target><architecture>i386</architecture>…
    > P8=00104000
    < OK
    * write 1.1 register 8 00104000
    > P8=0010400000000000
    < E.wrong size for the register
    > ?
    < T0505:00000000;04:00000000;08:00104000;thread:p1.1;
  )") == as_written);
  CHECK(talk.ask("g").size() == 2 * 312);
  CHECK(talk.ask("G00") == "E.G wants 312 bytes of registers");
}

TEST_CASE("lldb is told of a process for i386 on a host for x86-64") {
  Conversation talk(lldb_19);
  talk.target.become(plain_i386());
  CHECK(talk.play(R"(
    > qHostInfo
    < triple:7838365f36342d70632d6c696e75782d676e75;ptrsize:8;…
    > qProcessInfo
    < pid:1;parent-pid:10;real-uid:3e8;real-gid:3e8;effective-uid:0;effective-gid:0;triple:693338362d70632d6c696e75782d676e75;ostype:linux;endian:little;ptrsize:4;
    > qXfer:features:read:target.xml:0,131071
    < l<?xml version="1.0"?><target version="1.0"><architecture>i386</architecture><feature><reg name="eax"…
    > qRegisterInfo8
    < name:eip;bitsize:32;offset:32;encoding:uint;format:hex;set:General Purpose Registers;ehframe:8;dwarf:8;generic:pc;
  )") == as_written);
}

TEST_CASE("the pc behind a 32-bit program's own breakpoint is put back in its own width") {
  Conversation talk(gdb_16);
  talk.target.become(plain_i386());
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    * run 1.1
    ! int3 1.1 0x401000
    < T05swbreak:;05:00000000;04:00000000;08:00104000;thread:p1.1;
    * write 1.1 register 8 00104000
  )") == as_written);
}

TEST_CASE("an exec to another architecture is followed by that one's registers") {
  Conversation talk(gdb_16);
  CHECK(talk.play(R"(
    > vCont;c
    < (running)
    * run 1.1
  )") == as_written);
  talk.target.become(plain_i386());
  CHECK(talk.play(R"(
    ! exec 1.1 /bin/narrow
    < T05exec:2f62696e2f6e6172726f77;05:00000000;04:00000000;08:00000000;thread:p1.1;
    > qXfer:features:read:target.xml:0,1000
    < m<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target><architecture>i386</architecture>…
    > p8
    < 00000000
  )") == as_written);
}
