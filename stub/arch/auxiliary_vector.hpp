// The auxiliary vector: what the kernel tells a program at its start (System V ABI, "Process Initialization").
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/types.hpp"

namespace stub::arch {

// elf.h, AT_…
constexpr std::uint64_t at_phdr = 3, at_phent = 4, at_phnum = 5, at_sysinfo_ehdr = 33;

// The value of the first entry of this type, in a vector of words of `word` bytes; nothing if it has none.
[[nodiscard]] std::optional<std::uint64_t> auxv_value(ByteView auxv, std::size_t word, std::uint64_t type);

}  // namespace stub::arch
