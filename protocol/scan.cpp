#include "protocol/scan.hpp"

#include <experimental/simd>

namespace stub {
namespace {

namespace simd = std::experimental;

using Block = simd::native_simd<char>;

Block block(const char* from) { return {from, simd::element_aligned}; }

}  // namespace

std::size_t find_any(std::string_view text, FourCharacters wanted) {
  std::size_t at = 0;
  for (; at + Block::size() <= text.size(); at += Block::size()) {
    const auto here = block(text.data() + at);
    const auto found = here == wanted.a || here == wanted.b || here == wanted.c || here == wanted.d;
    if (any_of(found)) return at + static_cast<std::size_t>(find_first_set(found));
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == wanted.a || c == wanted.b || c == wanted.c || c == wanted.d) return at;
  }
  return at;
}

std::size_t find_run_of_four(std::string_view text) {
  std::size_t at = 0;
  for (; at + Block::size() + 3 <= text.size(); at += Block::size()) {
    const auto* const from = text.data() + at;
    const auto first = block(from);
    const auto found = first == block(from + 1) && first == block(from + 2) && first == block(from + 3);
    if (any_of(found)) return at + static_cast<std::size_t>(find_first_set(found));
  }
  for (; at + 3 < text.size(); ++at) {
    const char c = text[at];
    if (text[at + 1] == c && text[at + 2] == c && text[at + 3] == c) return at;
  }
  return text.size();
}

std::uint32_t byte_sum(std::string_view text) {
  std::uint32_t sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  return sum;
}

}  // namespace stub
