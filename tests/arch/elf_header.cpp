#include "stub/arch/architecture.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::arch;

namespace {

Bytes header(std::uint8_t file_class, std::uint8_t machine) {
  Bytes bytes = {0x7f, 'E', 'L', 'F', file_class, 1, 1};
  bytes.resize(64);
  bytes[18] = machine;
  return bytes;
}

}  // namespace

TEST_CASE("class and machine of the ELF header say what a process is") {
  CHECK(machine_of(header(2, 62)) == Machine::amd64);
  CHECK(machine_of(header(1, 62)) == Machine::x32);
  CHECK(machine_of(header(1, 3)) == Machine::i386);
  CHECK(machine_of(header(2, 183)) == Machine::other);
  CHECK(machine_of(header(2, 3)) == Machine::other);
}

TEST_CASE("the machine has two bytes") {
  auto bytes = header(2, 62);
  bytes[19] = 1;
  CHECK(machine_of(bytes) == Machine::other);
}

TEST_CASE("what is no ELF header, or not enough of one, is something else") {
  CHECK(machine_of({}) == Machine::other);
  CHECK(machine_of(Bytes(64)) == Machine::other);
  auto bytes = header(2, 62);
  bytes.resize(19);
  CHECK(machine_of(bytes) == Machine::other);
  bytes = header(2, 62);
  bytes[1] = 'e';
  CHECK(machine_of(bytes) == Machine::other);
}

TEST_CASE("every machine has a name") {
  CHECK(machine_name(Machine::amd64) == "x86-64");
  CHECK(machine_name(Machine::i386) == "i386");
  CHECK(machine_name(Machine::x32) == "x32");
  CHECK(machine_name(Machine::other) == "not an x86 ELF");
}

// The psABI's Elf64_Ehdr and Elf32_Ehdr: e_shoff at 40 and 32, e_shentsize at 58 and 46.
TEST_CASE("the section headers end behind the last of them") {
  auto wide = header(2, 62);
  wide[40] = 0x34, wide[41] = 0x12, wide[58] = 64, wide[60] = 3;
  CHECK(end_of_section_headers(wide) == 0x1234 + 3 * 64);
  auto narrow = header(1, 3);
  narrow[32] = 0x34, narrow[33] = 0x12, narrow[46] = 40, narrow[48] = 2;
  CHECK(end_of_section_headers(narrow) == 0x1234 + 2 * 40);
  CHECK_FALSE(end_of_section_headers(header(2, 62)).has_value());
  CHECK_FALSE(end_of_section_headers(ByteView(wide).first(61)).has_value());
  CHECK_FALSE(end_of_section_headers({}).has_value());
}
