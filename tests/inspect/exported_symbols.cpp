// A table of symbols by their GNU hash, built by hand: printf and exit, whose hashes are well known.
#include "stub/inspect/exported_symbols.hpp"

#include "tests/support/laid_out_memory.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

namespace {

constexpr std::uint64_t dynamic = 0x404000, names = 0x404100, symbols = 0x404200, hashes = 0x404300, bias = 0x404000;
constexpr std::uint64_t printf_hash = 0x156b2bb8, exit_hash = 0x7c967e3f;
constexpr std::uint64_t global_function = 0x12, in_section_7 = 0x70000;

struct Loaded : LaidOutMemory {
  Loaded() {
    put(dynamic, {5, names, 6, symbols, 0x6ffffef5, hashes, 0});
    put_text(names, std::string("\0printf\0exit", 12));
    put(symbols, {0, 0, 0});
    put(symbols + 24, {(global_function << 32 | in_section_7 << 32) + 1, 0x1230, 16});
    put(symbols + 48, {(global_function << 32 | in_section_7 << 32) + 8, 0x4560, 16});
    // One bucket from symbol 1 on, one word of filter.
    put(hashes, {1, 1, 1, 6, 0, 0, 1, printf_hash & ~1U, exit_hash | 1}, 4);
  }
  [[nodiscard]] Result<Address> find(std::string_view name) {
    const auto in = MemoryReader::of(*this, Pid{1}).value();
    Library library;
    library.load_bias = Address{bias};
    library.dynamic = Address{dynamic};
    const auto exported = ExportedSymbols::of(in, library);
    if (!exported) return std::unexpected(exported.error());
    return exported->find(name);
  }
};

}  // namespace

TEST_CASE("an exported symbol has the address where its library is loaded") {
  Loaded memory;
  CHECK(memory.find("printf").value() == Address{bias + 0x1230});
  CHECK(memory.find("exit").value() == Address{bias + 0x4560});
}

TEST_CASE("a name that is not exported is not found") {
  Loaded memory;
  CHECK_FALSE(memory.find("print"));
  CHECK_FALSE(memory.find("printf2"));
  CHECK_FALSE(memory.find(""));
}

TEST_CASE("a symbol of the same hash and another name is passed by") {
  Loaded memory;
  memory.put_text(names + 1, "sprint");
  CHECK_FALSE(memory.find("printf"));
}

TEST_CASE("a symbol that the library itself lacks is none of its own") {
  Loaded memory;
  memory.put(symbols + 24, {global_function << 32 | 1, 0, 0});
  CHECK_FALSE(memory.find("printf"));
}

TEST_CASE("musl leaves the addresses of a library's tables as they were linked") {
  Loaded memory;
  memory.put(dynamic, {5, names - bias, 6, symbols - bias, 0x6ffffef5, hashes - bias, 0});
  CHECK(memory.find("exit").value() == Address{bias + 0x4560});
}

TEST_CASE("a library without the tables, or with an empty one, exports nothing") {
  Loaded memory;
  memory.put(hashes, {0}, 4);
  CHECK_FALSE(memory.find("exit"));
  memory.put(dynamic, {5, names, 6, symbols, 0});
  CHECK_FALSE(memory.find("exit"));
}

TEST_CASE("tables that lead nowhere are an error, and a chain without an end has one") {
  Loaded memory;
  memory.put(hashes, {1, 1, 0xffffffff}, 4);
  CHECK_FALSE(memory.find("exit"));
  memory.put(hashes, {1, 1, 1, 6, 0, 0, 0xffffffff}, 4);
  CHECK_FALSE(memory.find("exit"));
  memory.put(hashes, {1, 1, 1, 6, 0, 0, 1, 2, 2}, 4);
  CHECK_FALSE(memory.find("exit"));
}
