#include "stub/arch/x87_state.hpp"

#include <algorithm>
#include <array>

#include "protocol/little_endian.hpp"

namespace stub::arch {
namespace {

// FXSAVE's layout, Intel SDM vol. 1, table 10-2.
constexpr std::size_t fxsave_fsw = 2, fxsave_ftw = 4, fxsave_reserved = 464, fxsave_st0 = 32, fxsave_st_stride = 16;

enum X87Tag : unsigned { valid = 0, zero = 1, special = 2, empty = 3 };  // SDM vol. 1, 8.1.7

X87Tag tag_of(ByteView st) {
  const unsigned exponent = (st[8] | static_cast<unsigned>(st[9]) << 8) & 0x7fff;
  const bool integer_bit = (st[7] & 0x80) != 0;
  if (exponent == 0x7fff) return special;
  if (exponent == 0) return std::ranges::all_of(st.first(8), [](auto b) { return b == 0; }) ? zero : special;
  return integer_bit ? valid : special;
}

}  // namespace

// The tag word names physical registers; ST(i) is relative to the top of the stack.
unsigned full_x87_tags(ByteView fxsave) {
  const unsigned top = fxsave[fxsave_fsw + 1] >> 3 & 7;
  unsigned tags = 0;
  for (unsigned physical = 0; physical < 8; ++physical) {
    unsigned tag = empty;
    if ((fxsave[fxsave_ftw] >> physical & 1) != 0)
      tag = tag_of(fxsave.subspan(fxsave_st0 + fxsave_st_stride * ((physical + 8 - top) % 8), 10));
    tags |= tag << (2 * physical);
  }
  return tags;
}

std::uint8_t abridged_x87_tags(unsigned tags) {
  unsigned abridged = 0;
  for (unsigned physical = 0; physical < 8; ++physical)
    if ((tags >> (2 * physical) & 3) != empty) abridged |= 1u << physical;
  return static_cast<std::uint8_t>(abridged);
}

Bytes fsave_area(ByteView fxsave) {
  constexpr std::size_t registers = 8, environment = 28;
  constexpr std::uint32_t high = 0xffff0000;
  const auto number = [&](std::size_t at, std::size_t size) {
    return static_cast<std::uint32_t>(from_little_endian(fxsave.subspan(at, size)));
  };
  const std::array words = {high | number(0, 2),
                            high | number(2, 2),
                            high | full_x87_tags(fxsave),
                            number(8, 4),
                            number(12, 2) | number(6, 2) << 16,
                            number(16, 4),
                            high | number(20, 2)};
  Bytes out;
  out.reserve(environment + 10 * registers);
  for (const auto word : words) std::ranges::copy(to_little_endian(word, 4), std::back_inserter(out));
  for (std::size_t i = 0; i < registers; ++i)
    std::ranges::copy(fxsave.subspan(fxsave_st0 + fxsave_st_stride * i, 10), std::back_inserter(out));
  return out;
}

Bytes fxsave_area(ByteView xsave) {
  Bytes out(xsave.begin(), xsave.begin() + fxsave_size);
  std::fill(out.begin() + fxsave_reserved, out.end(), std::uint8_t{0});
  return out;
}

Bytes xsave_area(ByteView xsave) { return {xsave.begin(), xsave.end()}; }

}  // namespace stub::arch
