// Numbers and texts in a debuggee's memory.
#pragma once

#include <cstdint>
#include <string>

#include "stub/target/target.hpp"

namespace stub::inspect {

// A little-endian number of `size` bytes, at most 8.
Result<std::uint64_t> read_number(Target& target, Pid pid, Address address, std::size_t size);
// Up to its NUL; nothing that is longer than a path may be.
Result<std::string> read_text(Target& target, Pid pid, Address address);

// The auxiliary vector's value of this type (elf.h, AT_…); nothing if it has none.
Result<std::optional<std::uint64_t>> auxv_value(Target& target, Pid pid, std::uint64_t type);

}  // namespace stub::inspect
