// x86-64, as gdb numbers and names its registers (gdb/features/i386/64bit-*.xml) and as Linux keeps them
// (asm/user_64.h, Intel SDM vol. 1 chapters 10 and 13).
#include <string>

#include "stub/arch/amd64_types.hpp"
#include "stub/arch/architecture.hpp"

namespace stub::arch {
namespace {

constexpr std::size_t general = 0, extended = 1;  // rows of sets
constexpr std::uint32_t nt_prstatus = 1, nt_x86_xstate = 0x202;
constexpr std::size_t general_size = 27 * 8;    // struct user_regs_struct
constexpr std::size_t xsave_legacy_size = 576;  // FXSAVE and the XSAVE header

constexpr std::string_view general_set = "General Purpose Registers";
constexpr std::string_view float_set = "Floating Point Registers";
constexpr std::string_view vector_set = "Advanced Vector Extensions";

struct GeneralRow {
  std::string_view name;
  unsigned bits;
  std::string_view type;
  std::size_t word;  // of struct user_regs_struct
  int dwarf;         // psABI figure 3.36; -1: none
  std::string_view generic;
  std::string_view alt_name;
};

// clang-format off: columns
constexpr std::array core_rows = {
    GeneralRow{"rax", 64, "int64", 10, 0, "", ""},       GeneralRow{"rbx", 64, "int64", 5, 3, "", ""},
    GeneralRow{"rcx", 64, "int64", 11, 2, "arg4", ""},   GeneralRow{"rdx", 64, "int64", 12, 1, "arg3", ""},
    GeneralRow{"rsi", 64, "int64", 13, 4, "arg2", ""},   GeneralRow{"rdi", 64, "int64", 14, 5, "arg1", ""},
    GeneralRow{"rbp", 64, "data_ptr", 4, 6, "fp", ""},   GeneralRow{"rsp", 64, "data_ptr", 19, 7, "sp", ""},
    GeneralRow{"r8", 64, "int64", 9, 8, "arg5", ""},     GeneralRow{"r9", 64, "int64", 8, 9, "arg6", ""},
    GeneralRow{"r10", 64, "int64", 7, 10, "", ""},       GeneralRow{"r11", 64, "int64", 6, 11, "", ""},
    GeneralRow{"r12", 64, "int64", 3, 12, "", ""},       GeneralRow{"r13", 64, "int64", 2, 13, "", ""},
    GeneralRow{"r14", 64, "int64", 1, 14, "", ""},       GeneralRow{"r15", 64, "int64", 0, 15, "", ""},
    GeneralRow{"rip", 64, "code_ptr", 16, 16, "pc", ""}, GeneralRow{"eflags", 32, "i386_eflags", 18, 49, "flags", "rflags"},
    GeneralRow{"cs", 32, "int32", 17, 51, "", ""},       GeneralRow{"ss", 32, "int32", 20, 52, "", ""},
    GeneralRow{"ds", 32, "int32", 23, 53, "", ""},       GeneralRow{"es", 32, "int32", 24, 50, "", ""},
    GeneralRow{"fs", 32, "int32", 25, 54, "", ""},       GeneralRow{"gs", 32, "int32", 26, 55, "", ""},
};
constexpr std::array linux_rows = {GeneralRow{"orig_rax", 64, "int", 15, -1, "", ""}};
constexpr std::array segment_rows = {GeneralRow{"fs_base", 64, "int", 21, 58, "", ""},
                                     GeneralRow{"gs_base", 64, "int", 22, 59, "", ""}};

// clang-format on

struct ControlRow {  // of FXSAVE, Intel SDM vol. 1, table 10-2
  std::string_view name;
  std::size_t offset, size;
  Coding coding;
};
constexpr std::array control_rows = {
    ControlRow{"fctrl", 0, 2, Coding::plain},   ControlRow{"fstat", 2, 2, Coding::plain},
    ControlRow{"ftag", 4, 1, Coding::x87_tags}, ControlRow{"fiseg", 12, 2, Coding::plain},
    ControlRow{"fioff", 8, 4, Coding::plain},   ControlRow{"foseg", 20, 2, Coding::plain},
    ControlRow{"fooff", 16, 4, Coding::plain},  ControlRow{"fop", 6, 2, Coding::fop},
};

constexpr int dwarf_xmm0 = 17, dwarf_st0 = 33, dwarf_mxcsr = 64, dwarf_xmm16 = 67, dwarf_k0 = 118;

class Builder {
 public:
  explicit Builder(const XsaveLayout& xsave) : xsave_(xsave) {}

  void feature(std::string_view name, std::string_view types) {
    result_.layout.features.push_back({std::string(name), std::string(types)});
  }

  void add(Register reg, RegisterLocation location) {
    reg.feature = result_.layout.features.size() - 1;
    reg.offset = result_.layout.size;
    result_.layout.size += reg.bits / 8;
    result_.layout.registers.push_back(std::move(reg));
    result_.locations.push_back(location);
  }

  template <class Rows>
  void general_rows(const Rows& rows, std::string_view group = "") {
    for (const GeneralRow& row : rows) {
      Register reg{.name = std::string(row.name),
                   .bits = row.bits,
                   .type = std::string(row.type),
                   .group = std::string(group),
                   .encoding = "uint",
                   .format = "hex",
                   .set = std::string(general_set),
                   .alt_name = std::string(row.alt_name),
                   .generic = std::string(row.generic),
                   .dwarf = {}};
      if (row.dwarf >= 0) reg.dwarf = row.dwarf;
      add(std::move(reg), {.set = general, .offset = 8 * row.word, .size = row.bits / 8, .xsave_component = {}});
    }
  }

  // `count` vector registers (or halves of them) that lie `stride` apart.
  struct Vectors {
    std::string prefix, suffix, type;
    unsigned first = 0, count = 0, bits = 0;
    std::size_t offset = 0, stride = 0;
    unsigned component = 0;
    int dwarf = -1;
  };
  void vectors(const Vectors& v) {
    for (unsigned i = 0; i < v.count; ++i) {
      Register reg{.name = v.prefix + std::to_string(v.first + i) + v.suffix,
                   .bits = v.bits,
                   .type = v.type,
                   .group = {},
                   .encoding = "vector",
                   .format = "vector-uint8",
                   .set = std::string(vector_set),
                   .alt_name = {},
                   .generic = {},
                   .dwarf = {}};
      if (v.dwarf >= 0) reg.dwarf = v.dwarf + static_cast<int>(i);
      add(std::move(reg),
          {.set = extended, .offset = v.offset + v.stride * i, .size = v.bits / 8, .xsave_component = v.component});
    }
  }

  void x87() {
    vectors({.prefix = "st",
             .suffix = "",
             .type = "i387_ext",
             .count = 8,
             .bits = 80,
             .offset = 32,
             .stride = 16,
             .component = xsave_x87,
             .dwarf = dwarf_st0});
    for (const auto& row : control_rows) {
      add({.name = std::string(row.name),
           .bits = 32,
           .type = "int",
           .group = "float",
           .encoding = "uint",
           .format = "hex",
           .set = std::string(float_set),
           .alt_name = {},
           .generic = {},
           .dwarf = {}},
          {.set = extended,
           .offset = row.offset,
           .size = row.size,
           .coding = row.coding,
           .xsave_component = xsave_x87});
    }
    for (auto& reg : result_.layout.registers)
      if (reg.type == "i387_ext") reg.set = float_set;
  }

  void sse() {
    feature("org.gnu.gdb.i386.sse", std::string(amd64_vec128_types) + std::string(amd64_mxcsr_type));
    vectors({.prefix = "xmm",
             .suffix = "",
             .type = "vec128",
             .count = 16,
             .bits = 128,
             .offset = 160,
             .stride = 16,
             .component = xsave_sse,
             .dwarf = dwarf_xmm0});
    add({.name = "mxcsr",
         .bits = 32,
         .type = "i386_mxcsr",
         .group = "vector",
         .encoding = "uint",
         .format = "hex",
         .set = std::string(float_set),
         .alt_name = {},
         .generic = {},
         .dwarf = dwarf_mxcsr},
        {.set = extended, .offset = 24, .size = 4, .xsave_component = xsave_sse});
  }

  void avx() {
    if (!has(xsave_avx)) return;
    feature("org.gnu.gdb.i386.avx", "");
    vectors({.prefix = "ymm",
             .suffix = "h",
             .type = "uint128",
             .count = 16,
             .bits = 128,
             .offset = at(xsave_avx),
             .stride = 16,
             .component = xsave_avx});
  }

  // zmm16…31 lie whole in one component; zmm0…15 are completed by another.
  void avx512() {
    if (!has(xsave_opmask) || !has(xsave_zmm_high) || !has(xsave_high_zmm)) return;
    feature("org.gnu.gdb.i386.avx512", std::string(amd64_vec128_types) + std::string(amd64_v2ui128_type));
    const auto high = at(xsave_high_zmm);
    vectors({.prefix = "xmm",
             .suffix = "",
             .type = "vec128",
             .first = 16,
             .count = 16,
             .bits = 128,
             .offset = high,
             .stride = 64,
             .component = xsave_high_zmm,
             .dwarf = dwarf_xmm16});
    vectors({.prefix = "ymm",
             .suffix = "h",
             .type = "uint128",
             .first = 16,
             .count = 16,
             .bits = 128,
             .offset = high + 16,
             .stride = 64,
             .component = xsave_high_zmm});
    for (unsigned i = 0; i < 8; ++i)
      add({.name = "k" + std::to_string(i),
           .bits = 64,
           .type = "uint64",
           .group = {},
           .encoding = "uint",
           .format = "hex",
           .set = std::string(vector_set),
           .alt_name = {},
           .generic = {},
           .dwarf = dwarf_k0 + static_cast<int>(i)},
          {.set = extended, .offset = at(xsave_opmask) + 8 * i, .size = 8, .xsave_component = xsave_opmask});
    vectors({.prefix = "zmm",
             .suffix = "h",
             .type = "v2ui128",
             .count = 16,
             .bits = 256,
             .offset = at(xsave_zmm_high),
             .stride = 32,
             .component = xsave_zmm_high});
    vectors({.prefix = "zmm",
             .suffix = "h",
             .type = "v2ui128",
             .first = 16,
             .count = 16,
             .bits = 256,
             .offset = high + 32,
             .stride = 64,
             .component = xsave_high_zmm});
  }

  void pkru() {
    if (!has(xsave_pkru)) return;
    feature("org.gnu.gdb.i386.pkeys", "");
    add({.name = "pkru",
         .bits = 32,
         .type = "uint32",
         .group = {},
         .encoding = "uint",
         .format = "hex",
         .set = std::string(general_set),
         .alt_name = {},
         .generic = {},
         .dwarf = {}},
        {.set = extended, .offset = at(xsave_pkru), .size = 4, .xsave_component = xsave_pkru});
  }

  // With the components that we do not show: the kernel takes the whole area or nothing (kernel/fpu/regset.c,
  // xstateregs_set).
  [[nodiscard]] std::size_t xsave_end() const {
    std::size_t end = xsave_legacy_size;
    for (const auto& component : xsave_) end = std::max(end, component.offset + component.size);
    return end;
  }

  Architecture result_{};

 private:
  [[nodiscard]] bool has(unsigned component) const { return xsave_[component].size != 0; }
  [[nodiscard]] std::size_t at(unsigned component) const { return xsave_[component].offset; }

  const XsaveLayout& xsave_;
};

RegisterNumber numbered(std::uint32_t n) { return RegisterNumber{n}; }

// The psABI's A.2.1 and the table of system calls (asm/unistd_64.h).
SystemCalls system_calls(RegisterNumber orig_rax) {
  return {.instruction = {0x0f, 0x05},
          .number = numbered(0),
          .result = numbered(0),
          .arguments = {numbered(5), numbered(4), numbered(3), numbered(10), numbered(8), numbered(9)},
          .restart = orig_rax,
          .mmap = 9,
          .munmap = 11,
          .fork = 57,
          .vfork = 58,
          .clone = 56,
          .clone3 = 435};
}

}  // namespace

Architecture make_amd64(const XsaveLayout& xsave) {
  Builder builder(xsave);
  auto& result = builder.result_;
  builder.feature("org.gnu.gdb.i386.core", amd64_eflags_type);
  builder.general_rows(core_rows);
  builder.x87();
  builder.sse();
  builder.feature("org.gnu.gdb.i386.linux", "");
  const auto orig_rax = numbered(static_cast<std::uint32_t>(result.layout.registers.size()));
  builder.general_rows(linux_rows, "system");
  builder.feature("org.gnu.gdb.i386.segments", "");
  builder.general_rows(segment_rows);
  builder.avx();
  builder.avx512();
  builder.pkru();

  result.name = "amd64";
  result.triple = "x86_64-pc-linux-gnu";
  result.pointer_size = 8;
  result.layout.gdb_architecture = "i386:x86-64";
  result.layout.lldb_architecture = "x86_64";
  result.sets = {{nt_prstatus, general_size}, {nt_x86_xstate, builder.xsave_end()}};
  result.pc = numbered(16);
  result.sp = numbered(7);
  result.frame_pointer = numbered(6);
  result.flags = numbered(17);
  result.resume_flag = 1u << 16;  // Intel SDM vol. 3, 2.3: RF
  result.gdb_expedited = {result.frame_pointer, result.sp, result.pc};
  for (std::uint32_t n = 0; n < core_rows.size(); ++n) result.lldb_expedited.push_back(numbered(n));
  result.breakpoint = {0xcc};
  result.pc_past_breakpoint = 1;
  result.system_calls = system_calls(orig_rax);
  result.watchpoint_slots = 4;
  return std::move(result);
}

}  // namespace stub::arch
