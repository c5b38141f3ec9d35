#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("vFile:open names a path in hex, flags and a mode") {
  const auto packet = parsed<OpenFile>("vFile:open:2f746d702f78,601,1c0");
  CHECK(packet.path == "/tmp/x");
  CHECK(packet.flags == (file_flags::write_only | file_flags::create | file_flags::truncate));
  CHECK(packet.mode == 0700);
}

TEST_CASE("lldb sets a flag of its own in vFile:open") {
  CHECK((parsed<OpenFile>("vFile:open:2f,40000601,000001ed").flags & file_flags::close_on_exec) != 0);
}

TEST_CASE("vFile:pread has the length first, vFile:pwrite the offset") {
  const auto read = parsed<ReadFile>("vFile:pread:3,100,7fffffff0");
  CHECK(read.descriptor == 3);
  CHECK(read.length == 0x100);
  CHECK(read.offset == 0x7fffffff0);
  const auto write = parsed<WriteFile>("vFile:pwrite:3,7fffffff0,a,b");
  CHECK(write.descriptor == 3);
  CHECK(write.offset == 0x7fffffff0);
  CHECK(write.bytes == Bytes{'a', ',', 'b'});
}

TEST_CASE("vFile:setfs names a process, or with 0 our own") {
  CHECK(parsed<SetFileSystem>("vFile:setfs:1f").pid == Pid{0x1f});
  CHECK_FALSE(parsed<SetFileSystem>("vFile:setfs:0").pid);
}

TEST_CASE("the operations on a descriptor take a number in hex") {
  CHECK(parsed<CloseFile>("vFile:close:1f").descriptor == 0x1f);
  CHECK(parsed<StatDescriptor>("vFile:fstat:1f").descriptor == 0x1f);
}

TEST_CASE("the operations on a path take it in hex") {
  CHECK(parsed<UnlinkFile>("vFile:unlink:2f78").path == "/x");
  CHECK(parsed<ReadLink>("vFile:readlink:2f78").path == "/x");
  CHECK(parsed<QueryFileSize>("vFile:size:2f78").path == "/x");
  CHECK(parsed<QueryFileExists>("vFile:exists:2f78").path == "/x");
  CHECK(parsed<QueryFileMode>("vFile:mode:2f78").path == "/x");
  CHECK(parsed<HashFile>("vFile:MD5:2f78").path == "/x");
}

TEST_CASE("stat follows links and lstat does not") {
  CHECK(parsed<StatPath>("vFile:stat:2f78").links == StatPath::Links::follow);
  CHECK(parsed<StatPath>("vFile:lstat:2f78").links == StatPath::Links::stay);
}

TEST_CASE("vFile:symlink names the target first") {
  const auto packet = parsed<MakeSymlink>("vFile:symlink:2f61,2f62");
  CHECK(packet.target == "/a");
  CHECK(packet.path == "/b");
}

TEST_CASE("a path that a NUL would cut short is refused") {
  CHECK(is_malformed("vFile:open:2f6574632f70617373776400,0,0"));
  CHECK(is_malformed("vFile:unlink:00"));
}
