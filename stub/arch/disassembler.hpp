// Disassembler: instructions as text.
#pragma once

#include <string>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "stub/arch/architecture.hpp"

namespace stub::arch {

struct Instruction {
  Address address;
  Bytes bytes;
  std::string text;  // "movq (%rdi), %rax"; "(bad)" for a byte that begins none
};

// At most `count` instructions out of `code`, which stands at `address`.
[[nodiscard]] Result<std::vector<Instruction>> disassemble(const Architecture& architecture, ByteView code,
                                                           Address address, std::size_t count);

}  // namespace stub::arch
