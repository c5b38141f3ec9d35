// The registers of i386: names, numbers and places in g as gdb's own target descriptions have them.
#include "stub/arch/architecture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/xsave_layouts.hpp"

using namespace stub;
using namespace stub::test;

namespace {

struct Place {
  std::uint32_t number;
  const char* name;
  std::uint32_t bits;
  const char* type;
  std::size_t offset;
};

// gdbserver's XML for a CPU with AVX-512 (13 to 16; from 17 on three registers of the GDT follow orig_eax, which gdb
// does without): the first and last of each kind.
constexpr Place avx512_places[] = {
    {0, "eax", 32, "int32", 0},           {1, "ecx", 32, "int32", 4},           {2, "edx", 32, "int32", 8},
    {3, "ebx", 32, "int32", 12},          {4, "esp", 32, "data_ptr", 16},       {5, "ebp", 32, "data_ptr", 20},
    {6, "esi", 32, "int32", 24},          {7, "edi", 32, "int32", 28},          {8, "eip", 32, "code_ptr", 32},
    {9, "eflags", 32, "i386_eflags", 36}, {10, "cs", 32, "int32", 40},          {11, "ss", 32, "int32", 44},
    {12, "ds", 32, "int32", 48},          {13, "es", 32, "int32", 52},          {14, "fs", 32, "int32", 56},
    {15, "gs", 32, "int32", 60},          {16, "st0", 80, "i387_ext", 64},      {23, "st7", 80, "i387_ext", 134},
    {24, "fctrl", 32, "int", 144},        {31, "fop", 32, "int", 172},          {32, "xmm0", 128, "vec128", 176},
    {39, "xmm7", 128, "vec128", 288},     {40, "mxcsr", 32, "i386_mxcsr", 304}, {41, "orig_eax", 32, "int", 308},
    {42, "ymm0h", 128, "uint128", 312},   {49, "ymm7h", 128, "uint128", 424},   {50, "k0", 64, "uint64", 440},
    {57, "k7", 64, "uint64", 496},        {58, "zmm0h", 256, "v2ui128", 504},   {65, "zmm7h", 256, "v2ui128", 728},
    {66, "pkru", 32, "uint32", 760},
};

}  // namespace

TEST_CASE("i386 registers are numbered and placed as gdb's own description has them") {
  const auto layout = arch::make_i386(avx512_cpu).layout;
  for (const auto& place : avx512_places) {
    CAPTURE(place.name);
    const auto* reg = layout.find(RegisterNumber{place.number});
    REQUIRE(reg != nullptr);
    CHECK(reg->name == place.name);
    CHECK(reg->bits == place.bits);
    CHECK(reg->type == place.type);
    CHECK(reg->offset == place.offset);
  }
  CHECK(layout.registers.size() == 67);
  CHECK(layout.size == 760 + 4);
}

TEST_CASE("without AVX-512, and without AVX, the rest of i386 keeps its place") {
  CHECK(arch::make_i386(avx2_cpu).layout.size == 440);
  CHECK(arch::make_i386(sse_only).layout.size == 312);
  CHECK(arch::make_i386(sse_only).layout.registers.size() == 42);
}

TEST_CASE("the general registers lie where struct user_regs_struct of asm/user_32.h has them") {
  const auto i386 = arch::make_i386(sse_only);
  const auto offset = [&](std::string_view name) {
    for (std::size_t n = 0; n < i386.locations.size(); ++n)
      if (i386.layout.registers[n].name == name && i386.locations[n].set == 0) return i386.locations[n].offset;
    return std::size_t{999};
  };
  const std::vector<std::string_view> in_order = {"ebx", "ecx", "edx",      "esi", "edi", "ebp",    "eax", "ds", "es",
                                                  "fs",  "gs",  "orig_eax", "eip", "cs",  "eflags", "esp", "ss"};
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    CAPTURE(in_order[i]);
    CHECK(offset(in_order[i]) == 4 * i);
  }
  CHECK(i386.sets[0].size == 4 * in_order.size());
  CHECK(i386.sets[1].size == arch::make_amd64(sse_only).sets[1].size);
}

TEST_CASE("gdb's features of i386 have gdb's names, in its order") {
  std::vector<std::string> names;
  for (const auto& feature : arch::make_i386(avx512_cpu).layout.features) names.push_back(feature.name);
  CHECK(names == std::vector<std::string>{"org.gnu.gdb.i386.core", "org.gnu.gdb.i386.sse", "org.gnu.gdb.i386.linux",
                                          "org.gnu.gdb.i386.avx", "org.gnu.gdb.i386.avx512", "org.gnu.gdb.i386.pkeys"});
}

TEST_CASE("the registers of i386 with a meaning of their own are found") {
  const auto i386 = arch::make_i386(avx512_cpu);
  const auto name = [&](RegisterNumber n) { return i386.layout.find(n)->name; };
  CHECK(name(i386.pc) == "eip");
  CHECK(name(i386.sp) == "esp");
  CHECK(name(i386.frame_pointer) == "ebp");
  CHECK(name(i386.system_calls.number) == "eax");
  CHECK(name(i386.system_calls.result) == "eax");
  CHECK(name(i386.system_calls.restart) == "orig_eax");
  std::vector<std::string> arguments;
  for (const auto reg : i386.system_calls.arguments) arguments.push_back(name(reg));
  CHECK(arguments == std::vector<std::string>{"ebx", "ecx", "edx", "esi", "edi", "ebp"});
  CHECK(i386.gdb_expedited == std::vector<RegisterNumber>{i386.frame_pointer, i386.sp, i386.pc});
  CHECK(i386.lldb_expedited.size() == 17);
  CHECK(i386.pointer_size == 4);
}

TEST_CASE("DWARF numbers of i386 are its psABI's") {
  const auto layout = arch::make_i386(avx512_cpu).layout;
  const auto dwarf = [&](std::string_view name) {
    for (const auto& reg : layout.registers)
      if (reg.name == name) return reg.dwarf.value_or(-1);
    return -2;
  };
  const std::vector<std::pair<const char*, int>> numbers = {
      {"eax", 0}, {"ecx", 1},    {"edx", 2},  {"ebx", 3},  {"esp", 4},   {"ebp", 5},   {"esi", 6},    {"edi", 7},
      {"eip", 8}, {"eflags", 9}, {"st0", 11}, {"st7", 18}, {"xmm0", 21}, {"xmm7", 28}, {"mxcsr", 39}, {"es", 40},
      {"cs", 41}, {"ss", 42},    {"ds", 43},  {"fs", 44},  {"gs", 45},   {"k0", 93},   {"ymm0h", -1}, {"orig_eax", -1}};
  for (const auto& [name, number] : numbers) {
    CAPTURE(name);
    CHECK(dwarf(name) == number);
  }
}
