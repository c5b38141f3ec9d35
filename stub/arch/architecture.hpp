// Architecture: what the engine and the session must know of a CPU, as data. Chosen per process at run time, and
// again at every exec.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/register_layout.hpp"

namespace stub::arch {

// A register set of PTRACE_GETREGSET.
struct RegisterSet {
  std::uint32_t note_type = 0;  // elf.h, NT_…
  std::size_t size = 0;         // bytes; all that the kernel has, or it takes nothing back
};

// How a register's bytes lie in its set.
enum class Coding : std::uint8_t {
  plain,     // as they are; zero-extended where the register is wider
  fop,       // the low 11 bits (Intel SDM vol. 1, 8.1.9 "Opcode")
  x87_tags,  // two bits a register out of FXSAVE's one (Intel SDM vol. 1, 10.5.1.1)
};

struct RegisterLocation {
  std::size_t set = 0;     // a row of Architecture::sets
  std::size_t offset = 0;  // bytes
  std::size_t size = 0;    // bytes in the set; the register may be wider
  Coding coding = Coding::plain;
  std::optional<unsigned> xsave_component;  // must be marked in use when the register is written
};

// How a process asks its kernel (the psABI's appendix on Linux conventions).
struct SystemCalls {
  Bytes instruction;
  RegisterNumber number{};  // where the call's number goes
  RegisterNumber result{};
  std::array<RegisterNumber, 6> arguments{};
  RegisterNumber restart{};  // holds the number of an interrupted call; -1: do not restart it
  std::uint64_t mmap = 0, munmap = 0, fork = 0, vfork = 0, clone = 0, clone3 = 0;
};

// A note about a thread in a core file, made of its second register set (the kernel's regset views,
// arch/x86/kernel/ptrace.c).
struct CoreNote {
  std::string_view owner;
  std::uint32_t type = 0;
  std::size_t size = 0;  // bytes
  Bytes (*make)(ByteView extended) = nullptr;
};

inline constexpr std::string_view triple_amd64 = "x86_64-pc-linux-gnu", triple_i386 = "i386-pc-linux-gnu";

struct Architecture {
  std::string_view name;          // "amd64"
  std::string_view triple;        // as lldb knows it
  std::uint16_t elf_machine = 0;  // elf.h, EM_…
  std::size_t pointer_size = 0;
  RegisterLayout layout;
  std::vector<RegisterLocation> locations;  // a row for each of the layout's
  std::vector<RegisterSet> sets;            // the first holds pc and sp
  RegisterNumber pc{}, sp{}, frame_pointer{}, flags{};
  std::uint64_t resume_flag = 0;                 // of flags: a hardware breakpoint at the pc lets one instruction pass
  std::optional<RegisterNumber> thread_pointer;  // whose value is where the thread's own variables are found from
  std::optional<RegisterNumber> thread_segment;  // instead: its selector is that of a segment which begins there
  std::vector<RegisterNumber> gdb_expedited, lldb_expedited;
  Bytes breakpoint;                      // the instruction that is inserted
  std::uint64_t pc_past_breakpoint = 0;  // how far behind its address the pc is when it has trapped
  SystemCalls system_calls;
  std::size_t watchpoint_slots = 0;
  std::vector<CoreNote> core_notes;  // behind NT_PRSTATUS
  // Makes the program's own siginfo_t of the kernel's; null: it is the same.
  Bytes (*convert_signal_info)(ByteView kernels) = nullptr;
};

// One component of the XSAVE area (Intel SDM vol. 1, chapter 13), standard format.
struct XsaveComponent {
  std::size_t offset = 0, size = 0;  // bytes; size 0: this CPU or kernel has no such component
};
constexpr unsigned xsave_x87 = 0, xsave_sse = 1, xsave_avx = 2, xsave_opmask = 5, xsave_zmm_high = 6,
                   xsave_high_zmm = 7, xsave_pkru = 9;
using XsaveLayout = std::array<XsaveComponent, 32>;

[[nodiscard]] Architecture make_amd64(const XsaveLayout& xsave);
[[nodiscard]] Architecture make_i386(const XsaveLayout& xsave);

// What an ELF header says about a process.
enum class Machine : std::uint8_t { amd64, i386, x32, other };
[[nodiscard]] Machine machine_of(ByteView elf_header);
[[nodiscard]] std::string_view machine_name(Machine machine);
// As lldb knows it; empty: we have no such architecture.
[[nodiscard]] std::string_view triple_of(Machine machine);
// Where the table of section headers ends in a file that begins so: linkers put it last. Nothing if it has none.
[[nodiscard]] std::optional<std::uint64_t> end_of_section_headers(ByteView elf_header);

}  // namespace stub::arch
