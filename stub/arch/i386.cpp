// i386 on a 64-bit kernel, as gdb numbers and names its registers (gdb/features/i386/32bit-*.xml) and as Linux shows
// them of a 32-bit thread, whoever asks (asm/user_32.h; kernel/ptrace.c, task_user_regset_view).
#include "stub/arch/compat_signal_info.hpp"
#include "stub/arch/x86_builder.hpp"
#include "stub/arch/x86_types.hpp"
#include "stub/arch/x87_state.hpp"

namespace stub::arch {
namespace {

using GeneralRow = X86GeneralRow;

// struct user_regs_struct; DWARF numbers: i386 psABI table 2.14.
constexpr X86Mode mode{.word = 4,
                       .general_words = 17,
                       .vectors = 8,
                       .has_upper_vectors = false,
                       .dwarf_xmm0 = 21,
                       .dwarf_st0 = 11,
                       .dwarf_mxcsr = 39,
                       .dwarf_k0 = 93};

// clang-format off: columns
constexpr std::array core_rows = {
    GeneralRow{"eax", 32, "int32", 6, 0, "", ""},       GeneralRow{"ecx", 32, "int32", 1, 1, "", ""},
    GeneralRow{"edx", 32, "int32", 2, 2, "", ""},       GeneralRow{"ebx", 32, "int32", 0, 3, "", ""},
    GeneralRow{"esp", 32, "data_ptr", 15, 4, "sp", ""}, GeneralRow{"ebp", 32, "data_ptr", 5, 5, "fp", ""},
    GeneralRow{"esi", 32, "int32", 3, 6, "", ""},       GeneralRow{"edi", 32, "int32", 4, 7, "", ""},
    GeneralRow{"eip", 32, "code_ptr", 12, 8, "pc", ""}, GeneralRow{"eflags", 32, "i386_eflags", 14, 9, "flags", ""},
    GeneralRow{"cs", 32, "int32", 13, 41, "", ""},      GeneralRow{"ss", 32, "int32", 16, 42, "", ""},
    GeneralRow{"ds", 32, "int32", 7, 43, "", ""},       GeneralRow{"es", 32, "int32", 8, 40, "", ""},
    GeneralRow{"fs", 32, "int32", 9, 44, "", ""},       GeneralRow{"gs", 32, "int32", 10, 45, "", ""},
};
constexpr std::array linux_rows = {GeneralRow{"orig_eax", 32, "int", 11, -1, "", ""}};
// clang-format on

constexpr std::uint32_t nt_fpregset = 2, nt_x86_xstate = 0x202, nt_prxfpreg = 0x46e62b7f;  // elf.h
constexpr std::size_t fsave_size = 108;

RegisterNumber numbered(std::uint32_t n) { return RegisterNumber{n}; }

// int 0x80 (syscall(2), "Architecture calling conventions") and the table of system calls (asm/unistd_32.h); mmap is
// mmap2, whose offset is in pages.
SystemCalls system_calls(RegisterNumber orig_eax) {
  return {.instruction = {0xcd, 0x80},
          .number = numbered(0),
          .result = numbered(0),
          .arguments = {numbered(3), numbered(1), numbered(2), numbered(6), numbered(7), numbered(5)},
          .restart = orig_eax,
          .mmap = 192,
          .munmap = 91,
          .fork = 2,
          .vfork = 190,
          .clone = 120,
          .clone3 = 435};
}

}  // namespace

Architecture make_i386(const XsaveLayout& xsave) {
  X86Builder builder(mode, xsave);
  builder.feature("org.gnu.gdb.i386.core", x86_eflags_type);
  builder.general_rows(core_rows);
  builder.x87();
  builder.sse();
  builder.feature("org.gnu.gdb.i386.linux");
  const auto orig_eax = builder.next();
  builder.general_rows(linux_rows, "system");
  const auto after_basic = builder.next();
  builder.avx();
  builder.avx512();
  builder.pkru();

  auto result = builder.take();
  result.layout.undescribed = number(after_basic);
  result.name = "i386";
  result.triple = triple_i386;
  result.elf_machine = 3;  // EM_386
  const auto extended = result.sets[1].size;
  result.core_notes = {{"CORE", nt_fpregset, fsave_size, fsave_area},
                       {"LINUX", nt_prxfpreg, fxsave_size, fxsave_area},
                       {"LINUX", nt_x86_xstate, extended, xsave_area}};
  result.layout.gdb_architecture = "i386";
  result.layout.lldb_architecture = "i386";
  result.system_calls = system_calls(orig_eax);
  result.thread_segment = numbered(core_rows.size() - 1);
  result.convert_signal_info = compat_signal_info;
  return result;
}

}  // namespace stub::arch
