// Memory of a real process: near and across a page that is not there, and where the program itself may not write.
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>
#include <iterator>

#include "tests/linux/confined.hpp"
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {

TEST_CASE("a read across an unmapped page comes back with what is before it") {
  Live live;
  live.launch("memory");
  const auto [pages, end, thread] = live.hear();
  CHECK(live.engine.read_memory(live.pid, pages, 4096).value() == Bytes(4096, 0x5a));
  CHECK(live.engine.read_memory(live.pid, pages, 8192).value() == Bytes(4096, 0x5a));
  CHECK(live.engine.read_memory(live.pid, end - 1, 1).value() == Bytes{0x5a});
  CHECK(live.engine.read_memory(live.pid, end - 1, 2).value() == Bytes{0x5a});
  CHECK(live.engine.read_memory(live.pid, end - 16, 100000).value() == Bytes(16, 0x5a));
  CHECK_FALSE(live.engine.read_memory(live.pid, end, 1));
  CHECK_FALSE(live.engine.read_memory(live.pid, {0}, 16));
  CHECK_FALSE(live.engine.read_memory(live.pid, {~std::uint64_t{0}}, 16));
}

TEST_CASE("memory that is read once costs no file; what is read more often does, until it is forgotten") {
  const auto open_files = [] {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  Live live;
  live.launch("memory");
  const auto pages = live.hear().first;
  live.kernel.forget_memory(live.pid);
  const auto before = open_files();
  Bytes word(8);
  CHECK(live.kernel.read_memory(live.pid, pages, word) == word.size());
  CHECK(word == Bytes(8, 0x5a));
  CHECK(open_files() == before);
  CHECK(live.kernel.read_memory(live.pid, pages, word) == word.size());
  CHECK(open_files() == before + 1);
  live.kernel.forget_memory(live.pid);
  CHECK(open_files() == before);
}

TEST_CASE("a write goes up to the end of a page, and across it is refused") {
  Live live;
  live.launch("memory");
  const auto [pages, end, thread] = live.hear();
  REQUIRE(live.engine.write_memory(live.pid, pages, Bytes{1}));
  REQUIRE(live.engine.write_memory(live.pid, end - 1, Bytes{2}));
  CHECK_FALSE(live.engine.write_memory(live.pid, end - 1, Bytes{2, 2}));
  CHECK_FALSE(live.engine.write_memory(live.pid, end, Bytes{2}));
  const auto guarded = live.hear().first;
  REQUIRE(live.engine.write_memory(live.pid, guarded + 7, Bytes{3}));  // a page that the program cannot write
  CHECK(live.go() == "exited 0");
}

TEST_CASE("memory is read and written by ptrace where every other way is refused") {
  confined([] {},
           [] {
             Live live;
             live.launch("memory");
             const auto [pages, end, thread] = live.hear();
             for (const long call : {SYS_pread64, SYS_process_vm_readv, SYS_pwrite64}) refuse(call, EPERM);
             const auto read = [&](Address at, std::size_t length) {
               return live.engine.read_memory(live.pid, at, length);
             };
             if (read(pages + 3, 4093).value_or(Bytes()) != Bytes(4093, 0x5a)) return 1;
             if (read(end - 5, 100).value_or(Bytes()) != Bytes(5, 0x5a) || read(end, 1)) return 2;
             if (!live.engine.write_memory(live.pid, end - 3, Bytes{1, 2, 3})) return 3;
             if (read(end - 4, 4).value_or(Bytes()) != Bytes{0x5a, 1, 2, 3}) return 4;
             return live.engine.write_memory(live.pid, end - 3, Bytes{1, 2, 3, 4}) ? 5 : 0;
           });
}

TEST_CASE("memory is read without a file where the file is refused") {
  confined([] {},
           [] {
             Live live;
             live.launch("memory");
             const auto [pages, end, thread] = live.hear();
             for (const long call : {SYS_pread64, SYS_ptrace}) refuse(call, EPERM);
             return live.engine.read_memory(live.pid, end - 16, 100).value_or(Bytes()) == Bytes(16, 0x5a) ? 0 : 1;
           });
}

TEST_CASE("breakpoints are not seen in memory, and what is written under them lasts") {
  Live live;
  live.launch("breakpoints");
  const auto work = live.hear().first;
  const auto code = live.engine.read_memory(live.pid, work, 16).value();
  live.insert(work);
  live.insert(work + 1);
  CHECK(live.engine.read_memory(live.pid, work, 16).value() == code);
  REQUIRE(live.engine.write_memory(live.pid, work, code));
  CHECK(live.go() == "breakpoint");
  live.engine.remove_all(live.pid);
  CHECK(live.engine.read_memory(live.pid, work, 16).value() == code);
  CHECK(live.go() == "exited 7");
}

TEST_CASE("the memory map has the program, its stack and its vDSO") {
  Live live;
  live.launch("breakpoints");
  std::set<std::string> names;
  const auto map = live.engine.memory_map(live.pid);
  REQUIRE(map);
  for (const auto& region : *map) names.insert(region.name);
  CHECK(names.contains(program("breakpoints")));
  CHECK(names.contains("[stack]"));
  CHECK(live.engine.auxv(live.pid).value().size() % 16 == 0);
}

}  // namespace stub
