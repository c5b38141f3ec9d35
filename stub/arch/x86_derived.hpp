// The registers of x86 that are parts of others, or made of several: eax, ah, mm0, ymm0, zmm0.
#pragma once

#include "protocol/register_layout.hpp"

namespace stub::arch {

// Of all registers that the layout has; `word` is the size of a general one, in bytes.
[[nodiscard]] std::vector<DerivedRegister> x86_derived_registers(const RegisterLayout& layout, std::size_t word);

}  // namespace stub::arch
