#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;
using namespace std::string_view_literals;

TEST_CASE("m asks for memory in hex, x for the same in binary") {
  const auto hex = parsed<ReadMemory>("m7ffff7fc5000,2000");
  CHECK(hex.address == Address{0x7ffff7fc5000});
  CHECK(hex.length == 0x2000);
  CHECK(hex.encoding == MemoryEncoding::hex);
  const auto binary = parsed<ReadMemory>("x401000,10");
  CHECK(binary.address == Address{0x401000});
  CHECK(binary.length == 0x10);
  CHECK(binary.encoding == MemoryEncoding::binary);
}

TEST_CASE("x0,0 is lldb's question whether there is an x") { CHECK(parsed<ReadMemory>("x0,0").length == 0); }

TEST_CASE("the highest address can be asked for") {
  CHECK(parsed<ReadMemory>("mffffffffffffffff,1").address == Address{~std::uint64_t{0}});
}

TEST_CASE("M writes the bytes of its hex digits") {
  const auto packet = parsed<WriteMemory>("M401000,4:DEADbeef");
  CHECK(packet.address == Address{0x401000});
  CHECK(packet.bytes == Bytes{0xde, 0xad, 0xbe, 0xef});
}

TEST_CASE("X writes its bytes as they are") {
  CHECK(parsed<WriteMemory>("X401000,5:\0\x01:,#"sv).bytes == Bytes{0, 1, ':', ',', '#'});
}

TEST_CASE("a write of nothing is a packet: gdb probes for X with it") {
  CHECK(parsed<WriteMemory>("X401000,0:").bytes.empty());
  CHECK(parsed<WriteMemory>("M401000,0:").bytes.empty());
}

TEST_CASE("_M allocates with permissions, _m gives back") {
  const auto rx = parsed<AllocateMemory>("_M1000,rx");
  CHECK(rx.size == 0x1000);
  CHECK(rx.readable);
  CHECK_FALSE(rx.writable);
  CHECK(rx.executable);
  const auto none = parsed<AllocateMemory>("_M1000,");
  CHECK_FALSE(none.readable);
  CHECK(parsed<DeallocateMemory>("_m00007ffff7fc5000").address == Address{0x7ffff7fc5000});
}

TEST_CASE("qMemoryRegionInfo asks for a region, or whether that can be asked") {
  CHECK(parsed<QueryMemoryRegion>("qMemoryRegionInfo:401000").address == Address{0x401000});
  CHECK_FALSE(parsed<QueryMemoryRegion>("qMemoryRegionInfo").address);
}

TEST_CASE("Z inserts and z removes a stoppoint of a type, at an address, of a kind") {
  const auto breakpoint = parsed<InsertStoppoint>("Z0,401000,1").stoppoint;
  CHECK(breakpoint == Stoppoint{StoppointType::software_breakpoint, Address{0x401000}, 1});
  const auto watchpoint = parsed<RemoveStoppoint>("z2,7fffffffe0c0,8").stoppoint;
  CHECK(watchpoint == Stoppoint{StoppointType::write_watchpoint, Address{0x7fffffffe0c0}, 8});
}

TEST_CASE("the digit behind Z is the type") {
  CHECK(parsed<InsertStoppoint>("Z1,401000,1").stoppoint.type == StoppointType::hardware_breakpoint);
  CHECK(parsed<InsertStoppoint>("Z3,404000,4").stoppoint.type == StoppointType::read_watchpoint);
  CHECK(parsed<RemoveStoppoint>("z4,404000,20").stoppoint ==
        Stoppoint{StoppointType::access_watchpoint, Address{0x404000}, 32});
}

TEST_CASE("a malformed stoppoint of a type that we do not serve is still malformed") {
  CHECK(is_malformed("Z5,"));
  CHECK(is_malformed("Z6,401000"));
}

TEST_CASE("qWatchpointSupportInfo has a colon behind it") {
  CHECK_NOTHROW(parsed<QueryWatchpointSupport>("qWatchpointSupportInfo:"));
}

TEST_CASE("qSearch looks for bytes, whatever they are") {
  const auto packet = parsed<SearchMemory>("qSearch:memory:401000;ffffffffffffffff;a;b:,#"sv);
  CHECK(packet.address == Address{0x401000});
  CHECK(packet.length == ~std::uint64_t{0});
  CHECK(packet.pattern == Bytes{'a', ';', 'b', ':', ',', '#'});
  CHECK(parsed<SearchMemory>("qSearch:memory:0;1;\0"sv).pattern == Bytes{0});
  CHECK(unknown("qSearch"));
  CHECK(unknown("qSearch:registers:0;1;a"));
}

TEST_CASE("qCRC asks for the checksum of memory") {
  const auto packet = parsed<ChecksumMemory>("qCRC:7ffff7fc5000,ffffffffffffffff");
  CHECK(packet.address == Address{0x7ffff7fc5000});
  CHECK(packet.length == ~std::uint64_t{0});
}
