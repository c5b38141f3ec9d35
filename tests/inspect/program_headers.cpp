#include "stub/inspect/program_headers.hpp"

#include "tests/support/laid_out_memory.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

namespace {

constexpr std::uint64_t file = 0x404000, table = 0x404040;

// An ELF file of 64 bits with two program headers behind its ELF header.
struct File : LaidOutMemory {
  File() {
    put(file, {0x00010102464c457f, 0, 0x00000001003e0003, 0, table - file, 0, 0x0038004000000000, 2});
    put(table, {1, 0, 0x1000, 0, 0, 0x200, 0x1000});
    put(table + 56, {0x0000000400000007, 0, 0x2010, 0, 4, 0x44, 0x40});
  }
  [[nodiscard]] Result<ProgramHeaders> read() {
    return program_headers_of_file(MemoryReader::of(*this, Pid{1}).value(), Address{file});
  }
};

}  // namespace

TEST_CASE("a file's program headers are found by its ELF header") {
  const auto headers = File().read();
  REQUIRE(headers);
  CHECK(headers->place == Address{table});
  CHECK(headers->headers.size() == 2);
  const auto* segment = headers->find(pt_tls);
  REQUIRE(segment != nullptr);
  CHECK(segment->address == 0x2010);
  CHECK(segment->size == 0x44);
  CHECK(segment->alignment == 0x40);
  CHECK(headers->find(pt_dynamic) == nullptr);
}

TEST_CASE("where no ELF header is, there are no program headers") {
  File memory;
  memory.put(file, {0});
  CHECK_FALSE(memory.read());
}

TEST_CASE("program headers that end behind the memory are an error") {
  File memory;
  memory.put(file + 56, {0xffff});
  CHECK_FALSE(memory.read());
  memory.put(file + 32, {~std::uint64_t{0}});
  CHECK_FALSE(memory.read());
}
