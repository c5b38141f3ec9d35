#include "stub/arch/auxiliary_vector.hpp"

#include "protocol/little_endian.hpp"

namespace stub::arch {

std::optional<std::uint64_t> auxv_value(ByteView auxv, std::size_t word, std::uint64_t type) {
  for (; auxv.size() >= 2 * word; auxv = auxv.subspan(2 * word))
    if (from_little_endian(auxv.first(word)) == type) return from_little_endian(auxv.subspan(word, word));
  return std::nullopt;
}

}  // namespace stub::arch
