// The x87 part of FXSAVE's area (Intel SDM vol. 1, table 10-2), and what others make of it.
#pragma once

#include <cstdint>

#include "protocol/types.hpp"

namespace stub::arch {

constexpr std::size_t fxsave_size = 512;

// Two bits a register, which FSAVE has and FXSAVE has not (Intel SDM vol. 1, 8.1.7); and back.
[[nodiscard]] unsigned full_x87_tags(ByteView fxsave);
[[nodiscard]] std::uint8_t abridged_x87_tags(unsigned tags);

// struct user_i387_ia32_struct (asm/user32.h), as the kernel makes it (kernel/fpu/regset.c, convert_from_fxsr).
[[nodiscard]] Bytes fsave_area(ByteView fxsave);
// Without the bytes that tell of the XSAVE area behind it, which is not there.
[[nodiscard]] Bytes fxsave_area(ByteView xsave);
// All of it.
[[nodiscard]] Bytes xsave_area(ByteView xsave);

}  // namespace stub::arch
