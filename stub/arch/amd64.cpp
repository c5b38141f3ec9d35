// x86-64, as gdb numbers and names its registers (gdb/features/i386/64bit-*.xml) and as Linux keeps them
// (asm/user_64.h, Intel SDM vol. 1 chapters 10 and 13).
#include "stub/arch/x86_builder.hpp"
#include "stub/arch/x86_types.hpp"
#include "stub/arch/x87_state.hpp"

namespace stub::arch {
namespace {

using GeneralRow = X86GeneralRow;

// struct user_regs_struct; DWARF numbers: psABI figure 3.36.
constexpr X86Mode mode{.word = 8,
                       .general_words = 27,
                       .vectors = 16,
                       .has_upper_vectors = true,
                       .dwarf_xmm0 = 17,
                       .dwarf_xmm16 = 67,
                       .dwarf_st0 = 33,
                       .dwarf_mxcsr = 64,
                       .dwarf_k0 = 118};

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
constexpr std::array segment_rows = {GeneralRow{"fs_base", 64, "int", 21, 58, "tp", ""},
                                     GeneralRow{"gs_base", 64, "int", 22, 59, "", ""}};
// clang-format on

constexpr std::uint32_t nt_fpregset = 2, nt_x86_xstate = 0x202;  // elf.h

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
  X86Builder builder(mode, xsave);
  builder.feature("org.gnu.gdb.i386.core", x86_eflags_type);
  builder.general_rows(core_rows);
  builder.x87();
  builder.sse();
  builder.feature("org.gnu.gdb.i386.linux");
  const auto orig_rax = builder.next();
  builder.general_rows(linux_rows, "system");
  builder.feature("org.gnu.gdb.i386.segments");
  const auto fs_base = builder.next();
  builder.general_rows(segment_rows);
  const auto after_basic = builder.next();
  builder.avx();
  builder.avx512();
  builder.pkru();

  auto result = builder.take();
  result.layout.undescribed = number(after_basic);
  result.name = "amd64";
  result.triple = triple_amd64;
  result.elf_machine = 62;  // EM_X86_64
  const auto extended = result.sets[1].size;
  result.core_notes = {{"CORE", nt_fpregset, fxsave_size, fxsave_area}, {"LINUX", nt_x86_xstate, extended, xsave_area}};
  result.layout.gdb_architecture = "i386:x86-64";
  result.layout.lldb_architecture = "x86_64";
  result.system_calls = system_calls(orig_rax);
  result.thread_pointer = fs_base;
  return result;
}

}  // namespace stub::arch
