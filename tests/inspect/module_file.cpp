// Which file a program or library is: by its build id, whatever else is in it.
#include "stub/inspect/module_file.hpp"

#include <random>

#include "tests/support/catch.hpp"
#include "tests/support/fake_host.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view other_note = "\x04\0\0\0\x01\0\0\0\x01\0\0\0GNU\0x\0\0\0"sv;
constexpr std::string_view foreign_note = "\x04\0\0\0\x04\0\0\0\x03\0\0\0Freeabcd"sv;
constexpr std::string_view build_id_note = "\x04\0\0\0\x03\0\0\0\x03\0\0\0GNU\0\xab\xcd\xef\0"sv;

struct Shape {
  std::size_t header, entry, headers_at, entry_size_at, count_at, offset_at, size_at;
  char file_class, machine;
};
constexpr Shape elf_64{64, 56, 0x20, 0x36, 0x38, 0x08, 0x20, 2, 62}, elf_32{52, 32, 0x1c, 0x2a, 0x2c, 0x04, 0x10, 1, 3};

// Two segments, of which the second is notes.
std::string elf(const Shape& shape, std::string_view notes) {
  std::string file(shape.header + 2 * shape.entry, '\0');
  const auto second = shape.header + shape.entry;
  file.replace(0, 4,
               "\x7f"
               "ELF");
  file[4] = shape.file_class;
  file[18] = shape.machine;
  file[shape.headers_at] = static_cast<char>(shape.header);
  file[shape.entry_size_at] = static_cast<char>(shape.entry);
  file[shape.count_at] = 2;
  file[shape.header] = 1;  // PT_LOAD
  file[second] = 4;        // PT_NOTE
  file[second + shape.offset_at] = static_cast<char>(file.size());
  file[second + shape.size_at] = static_cast<char>(notes.size());
  return file + std::string(notes);
}

struct WithFile : FakeHost {
  Result<ModuleFile> look_at(std::string_view contents) {
    add_file("/x", contents);
    return module_file(*this, {}, "/x");
  }
};

}  // namespace

TEST_CASE("a build id is found behind other notes, in files of both classes") {
  WithFile host;
  const auto notes = std::string(other_note) + std::string(foreign_note) + std::string(build_id_note);
  const auto wide = host.look_at(elf(elf_64, notes)).value();
  CHECK(wide.build_id == Bytes{0xab, 0xcd, 0xef});
  CHECK(wide.triple == "x86_64-pc-linux-gnu");
  CHECK(wide.size == 64 + 2 * 56 + notes.size());
  const auto narrow = host.look_at(elf(elf_32, notes)).value();
  CHECK(narrow.build_id == Bytes{0xab, 0xcd, 0xef});
  CHECK(narrow.triple == "i386-pc-linux-gnu");
}

TEST_CASE("a file without a build id has none") {
  WithFile host;
  CHECK(host.look_at(elf(elf_64, other_note)).value().build_id.empty());
  CHECK(host.look_at(elf(elf_64, "")).value().build_id.empty());
}

TEST_CASE("what is no program for this machine is refused, and its file closed") {
  WithFile host;
  CHECK_FALSE(host.look_at(""));
  CHECK_FALSE(host.look_at("#!/bin/sh\n"));
  CHECK_FALSE(module_file(host, {}, "/none"));
  CHECK(host.open_count() == 0);
}

TEST_CASE("broken headers and notes are read as far as they go") {
  WithFile host;
  std::mt19937 random(3);
  const auto whole = elf(elf_64, build_id_note);
  for (std::size_t length = 0; length + 1 < whole.size(); ++length)  // the last byte is padding
    if (const auto file = host.look_at(whole.substr(0, length))) CHECK(file->build_id.empty());
  for (int i = 0; i < 20'000; ++i) {
    auto broken = whole;
    for (auto changes = 1 + random() % 8; changes != 0; --changes)
      broken[random() % broken.size()] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
    static_cast<void>(host.look_at(broken));
  }
  CHECK(host.open_count() == 0);
}
