#include "stub/arch/x86_builder.hpp"

#include <algorithm>
#include <utility>

#include "stub/arch/x86_derived.hpp"
#include "stub/arch/x86_types.hpp"

namespace stub::arch {
namespace {

constexpr std::size_t general = 0, extended = 1;  // rows of sets
constexpr std::uint32_t nt_prstatus = 1, nt_x86_xstate = 0x202;
constexpr std::size_t xsave_legacy_size = 576;  // FXSAVE and the XSAVE header
constexpr unsigned upper_first = 16, upper_count = 16;

constexpr std::string_view general_set = "General Purpose Registers";
constexpr std::string_view float_set = "Floating Point Registers";
constexpr std::string_view vector_set = "Advanced Vector Extensions";

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

}  // namespace

void X86Builder::feature(std::string_view name, std::string_view types) {
  result_.layout.features.push_back({std::string(name), std::string(types)});
}

void X86Builder::add(Register reg, RegisterLocation location) {
  reg.feature = result_.layout.features.size() - 1;
  reg.offset = result_.layout.size;
  result_.layout.size += reg.bits / 8;
  result_.layout.registers.push_back(std::move(reg));
  result_.locations.push_back(location);
}

// The next register's part in the machine, which its generic name tells.
void X86Builder::note_role(std::string_view generic) {
  if (generic == "pc") result_.pc = next();
  if (generic == "sp") result_.sp = next();
  if (generic == "fp") result_.frame_pointer = next();
  if (generic == "flags") result_.flags = next();
}

// What lldb's `register read` shows.
void X86Builder::general_rows(std::span<const X86GeneralRow> rows, std::string_view group) {
  result_.lldb_expedited.reserve(result_.lldb_expedited.size() + rows.size());
  for (const auto& row : rows) {
    note_role(row.generic);
    result_.lldb_expedited.push_back(next());
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
    add(std::move(reg), {.set = general, .offset = mode_.word * row.word, .size = row.bits / 8, .xsave_component = {}});
  }
}

// `count` vector registers (or parts of them) that lie `stride` apart.
struct X86Builder::Vectors {
  std::string prefix, suffix, type;
  unsigned first = 0, count = 0, bits = 0;
  std::size_t offset = 0, stride = 0;
  unsigned component = 0;
  int dwarf = -1;
};

void X86Builder::vectors(const Vectors& v) {
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

void X86Builder::x87() {
  vectors({.prefix = "st",
           .suffix = "",
           .type = "i387_ext",
           .count = 8,
           .bits = 80,
           .offset = 32,
           .stride = 16,
           .component = xsave_x87,
           .dwarf = mode_.dwarf_st0});
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
        {.set = extended, .offset = row.offset, .size = row.size, .coding = row.coding, .xsave_component = xsave_x87});
  }
  for (auto& reg : result_.layout.registers)
    if (reg.type == "i387_ext") reg.set = float_set;
}

void X86Builder::sse() {
  feature("org.gnu.gdb.i386.sse", std::string(x86_vec128_types) + std::string(x86_mxcsr_type));
  vectors({.prefix = "xmm",
           .suffix = "",
           .type = "vec128",
           .count = mode_.vectors,
           .bits = 128,
           .offset = 160,
           .stride = 16,
           .component = xsave_sse,
           .dwarf = mode_.dwarf_xmm0});
  add({.name = "mxcsr",
       .bits = 32,
       .type = "i386_mxcsr",
       .group = "vector",
       .encoding = "uint",
       .format = "hex",
       .set = std::string(float_set),
       .alt_name = {},
       .generic = {},
       .dwarf = mode_.dwarf_mxcsr},
      {.set = extended, .offset = 24, .size = 4, .xsave_component = xsave_sse});
}

void X86Builder::avx() {
  if (!has(xsave_avx)) return;
  feature("org.gnu.gdb.i386.avx");
  vectors({.prefix = "ymm",
           .suffix = "h",
           .type = "uint128",
           .count = mode_.vectors,
           .bits = 128,
           .offset = at(xsave_avx),
           .stride = 16,
           .component = xsave_avx});
}

// The lower halves of zmm16 and up.
void X86Builder::upper_vectors() {
  vectors({.prefix = "xmm",
           .suffix = "",
           .type = "vec128",
           .first = upper_first,
           .count = upper_count,
           .bits = 128,
           .offset = at(xsave_high_zmm),
           .stride = 64,
           .component = xsave_high_zmm,
           .dwarf = mode_.dwarf_xmm16});
  vectors({.prefix = "ymm",
           .suffix = "h",
           .type = "uint128",
           .first = upper_first,
           .count = upper_count,
           .bits = 128,
           .offset = at(xsave_high_zmm) + 16,
           .stride = 64,
           .component = xsave_high_zmm});
}

// zmm16…31 lie whole in one component; those below are completed by another.
void X86Builder::avx512() {
  if (!has(xsave_opmask) || !has(xsave_zmm_high) || !has(xsave_high_zmm)) return;
  feature("org.gnu.gdb.i386.avx512", std::string(x86_vec128_types) + std::string(x86_v2ui128_type));
  if (mode_.has_upper_vectors) upper_vectors();
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
         .dwarf = mode_.dwarf_k0 + static_cast<int>(i)},
        {.set = extended, .offset = at(xsave_opmask) + 8 * i, .size = 8, .xsave_component = xsave_opmask});
  vectors({.prefix = "zmm",
           .suffix = "h",
           .type = "v2ui128",
           .count = mode_.vectors,
           .bits = 256,
           .offset = at(xsave_zmm_high),
           .stride = 32,
           .component = xsave_zmm_high});
  if (!mode_.has_upper_vectors) return;
  vectors({.prefix = "zmm",
           .suffix = "h",
           .type = "v2ui128",
           .first = upper_first,
           .count = upper_count,
           .bits = 256,
           .offset = at(xsave_high_zmm) + 32,
           .stride = 64,
           .component = xsave_high_zmm});
}

void X86Builder::pkru() {
  if (!has(xsave_pkru)) return;
  feature("org.gnu.gdb.i386.pkeys");
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
std::size_t X86Builder::xsave_end() const {
  std::size_t end = xsave_legacy_size;
  for (const auto& component : xsave_) end = std::max(end, component.offset + component.size);
  return end;
}

RegisterNumber X86Builder::next() const {
  return RegisterNumber{static_cast<std::uint32_t>(result_.layout.registers.size())};
}

Architecture X86Builder::take() {
  result_.pointer_size = mode_.word;
  result_.layout.derived = x86_derived_registers(result_.layout, mode_.word);
  result_.sets = {{nt_prstatus, mode_.word * mode_.general_words}, {nt_x86_xstate, xsave_end()}};
  result_.resume_flag = 1u << 16;  // Intel SDM vol. 3, 2.3: RF
  result_.gdb_expedited = {result_.frame_pointer, result_.sp, result_.pc};
  result_.breakpoint = {0xcc};
  result_.pc_past_breakpoint = 1;
  result_.watchpoint_slots = 4;
  return std::move(result_);
}

}  // namespace stub::arch
