// Program headers, as they lie in a debuggee's memory (System V ABI, "Program Header").
#pragma once

#include <cstdint>
#include <vector>

#include "stub/inspect/debuggee_memory.hpp"

namespace stub::inspect {

// elf.h, PT_…
constexpr std::uint32_t pt_dynamic = 2, pt_phdr = 6, pt_tls = 7;

struct ProgramHeader {
  std::uint32_t type = 0;
  std::uint64_t address = 0;  // as linked
  std::uint64_t size = 0;     // bytes in memory
  std::uint64_t alignment = 0;
};

struct ProgramHeaders {
  Address place;  // of the first
  std::vector<ProgramHeader> headers;

  // The first of a type; null if there is none.
  [[nodiscard]] const ProgramHeader* find(std::uint32_t type) const;
};

// The program's own, of which the kernel told it.
Result<ProgramHeaders> program_headers(const MemoryReader& in);
// Those of a file that is mapped at its beginning with its ELF header.
Result<ProgramHeaders> program_headers_of_file(const MemoryReader& in, Address elf_header);

}  // namespace stub::inspect
