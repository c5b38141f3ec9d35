// The registers of x86-64: names, numbers and places in g as gdb's own target descriptions have them.
#include <algorithm>
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

// gdbserver's XML for a CPU with AVX-512 (byte-identical from 13 to 18): the first and last of each kind.
constexpr Place avx512_places[] = {
    {0, "rax", 64, "int64", 0},           {1, "rbx", 64, "int64", 8},
    {2, "rcx", 64, "int64", 16},          {3, "rdx", 64, "int64", 24},
    {4, "rsi", 64, "int64", 32},          {5, "rdi", 64, "int64", 40},
    {6, "rbp", 64, "data_ptr", 48},       {7, "rsp", 64, "data_ptr", 56},
    {8, "r8", 64, "int64", 64},           {15, "r15", 64, "int64", 120},
    {16, "rip", 64, "code_ptr", 128},     {17, "eflags", 32, "i386_eflags", 136},
    {18, "cs", 32, "int32", 140},         {19, "ss", 32, "int32", 144},
    {20, "ds", 32, "int32", 148},         {21, "es", 32, "int32", 152},
    {22, "fs", 32, "int32", 156},         {23, "gs", 32, "int32", 160},
    {24, "st0", 80, "i387_ext", 164},     {31, "st7", 80, "i387_ext", 234},
    {32, "fctrl", 32, "int", 244},        {33, "fstat", 32, "int", 248},
    {34, "ftag", 32, "int", 252},         {35, "fiseg", 32, "int", 256},
    {36, "fioff", 32, "int", 260},        {37, "foseg", 32, "int", 264},
    {38, "fooff", 32, "int", 268},        {39, "fop", 32, "int", 272},
    {40, "xmm0", 128, "vec128", 276},     {55, "xmm15", 128, "vec128", 516},
    {56, "mxcsr", 32, "i386_mxcsr", 532}, {57, "orig_rax", 64, "int", 536},
    {58, "fs_base", 64, "int", 544},      {59, "gs_base", 64, "int", 552},
    {60, "ymm0h", 128, "uint128", 560},   {75, "ymm15h", 128, "uint128", 800},
    {76, "xmm16", 128, "vec128", 816},    {91, "xmm31", 128, "vec128", 1056},
    {92, "ymm16h", 128, "uint128", 1072}, {107, "ymm31h", 128, "uint128", 1312},
    {108, "k0", 64, "uint64", 1328},      {115, "k7", 64, "uint64", 1384},
    {116, "zmm0h", 256, "v2ui128", 1392}, {147, "zmm31h", 256, "v2ui128", 2384},
    {148, "pkru", 32, "uint32", 2416},
};

}  // namespace

TEST_CASE("with AVX-512 the registers are numbered and placed as gdb's own description has them") {
  const auto layout = arch::make_amd64(avx512_cpu).layout;
  for (const auto& place : avx512_places) {
    CAPTURE(place.name);
    const auto* reg = layout.find(RegisterNumber{place.number});
    REQUIRE(reg != nullptr);
    CHECK(reg->name == place.name);
    CHECK(reg->bits == place.bits);
    CHECK(reg->type == place.type);
    CHECK(reg->offset == place.offset);
  }
  CHECK(layout.registers.size() == 149);
  CHECK(layout.size == 2416 + 4);
}

TEST_CASE("without AVX-512, and without AVX, the rest keeps its place") {
  const auto avx = arch::make_amd64(avx2_cpu).layout;
  CHECK(avx.registers.size() == 76);
  CHECK(avx.size == 816);
  CHECK(avx.registers[75].name == "ymm15h");
  const auto sse = arch::make_amd64(sse_only).layout;
  CHECK(sse.registers.size() == 60);
  CHECK(sse.size == 560);
}

TEST_CASE("the XSAVE area is asked for as far as its last component reaches") {
  CHECK(arch::make_amd64(sse_only).sets[1].size == 576);
  CHECK(arch::make_amd64(avx2_cpu).sets[1].size == 832);
  CHECK(arch::make_amd64(avx512_cpu).sets[1].size == 2696);
  CHECK(arch::make_amd64(amx_cpu).sets[1].size == 11008);
  CHECK(arch::make_amd64(avx512_cpu).sets[1].note_type == 0x202);
  CHECK(arch::make_amd64(avx512_cpu).sets[0].note_type == 1);
}

TEST_CASE("gdb's features have gdb's names, in its order") {
  const auto layout = arch::make_amd64(avx512_cpu).layout;
  std::vector<std::string> names;
  for (const auto& feature : layout.features) names.push_back(feature.name);
  CHECK(names == std::vector<std::string>{"org.gnu.gdb.i386.core", "org.gnu.gdb.i386.sse", "org.gnu.gdb.i386.linux",
                                          "org.gnu.gdb.i386.segments", "org.gnu.gdb.i386.avx",
                                          "org.gnu.gdb.i386.avx512", "org.gnu.gdb.i386.pkeys"});
}

TEST_CASE("the registers with a meaning of their own are found") {
  const auto amd64 = arch::make_amd64(avx512_cpu);
  const auto name = [&](RegisterNumber n) { return amd64.layout.find(n)->name; };
  CHECK(name(amd64.pc) == "rip");
  CHECK(name(amd64.sp) == "rsp");
  CHECK(name(amd64.frame_pointer) == "rbp");
  CHECK(name(amd64.system_calls.restart) == "orig_rax");
  std::vector<std::string> arguments;
  for (const auto reg : amd64.system_calls.arguments) arguments.push_back(name(reg));
  CHECK(arguments == std::vector<std::string>{"rdi", "rsi", "rdx", "r10", "r8", "r9"});
  CHECK(amd64.gdb_expedited == std::vector<RegisterNumber>{amd64.frame_pointer, amd64.sp, amd64.pc});
  CHECK(name(amd64.lldb_expedited.back()) == "gs_base");
  CHECK(amd64.lldb_expedited.size() == 27);
}

TEST_CASE("DWARF numbers are the psABI's") {
  const auto layout = arch::make_amd64(avx512_cpu).layout;
  const auto dwarf = [&](std::string_view name) {
    for (const auto& reg : layout.registers)
      if (reg.name == name) return reg.dwarf.value_or(-1);
    return -2;
  };
  CHECK(dwarf("rax") == 0);
  CHECK(dwarf("rdx") == 1);
  CHECK(dwarf("rcx") == 2);
  CHECK(dwarf("rbx") == 3);
  CHECK(dwarf("rsi") == 4);
  CHECK(dwarf("rdi") == 5);
  CHECK(dwarf("rbp") == 6);
  CHECK(dwarf("rsp") == 7);
  CHECK(dwarf("r15") == 15);
  CHECK(dwarf("rip") == 16);
  CHECK(dwarf("xmm0") == 17);
  CHECK(dwarf("xmm15") == 32);
  CHECK(dwarf("st0") == 33);
  CHECK(dwarf("eflags") == 49);
  CHECK(dwarf("fs_base") == 58);
  CHECK(dwarf("gs_base") == 59);
  CHECK(dwarf("mxcsr") == 64);
  CHECK(dwarf("xmm16") == 67);
  CHECK(dwarf("k0") == 118);
  CHECK(dwarf("ymm0h") == -1);
  CHECK(dwarf("orig_rax") == -1);
}
