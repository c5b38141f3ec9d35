#include "stub/inspect/dynamic_section.hpp"

#include <algorithm>

#include "protocol/little_endian.hpp"

namespace stub::inspect {
namespace {

// Real ones have some 30 entries; one without an end is cut off here.
constexpr std::size_t most_bytes = 4096;

}  // namespace

Result<DynamicSection> DynamicSection::read(const MemoryReader& in, Address address) {
  const auto bytes = TRY(in.bytes(address, most_bytes));
  const auto word = in.word_size();
  DynamicSection section;
  section.entries_.reserve(bytes.size() / (2 * word));
  for (ByteView rest(bytes); rest.size() >= 2 * word; rest = rest.subspan(2 * word)) {
    const Entry entry{from_little_endian(rest.first(word)), from_little_endian(rest.subspan(word, word))};
    if (entry.tag == dt_null) break;
    section.entries_.push_back(entry);
  }
  return section;
}

std::optional<std::uint64_t> DynamicSection::value(std::uint64_t tag) const {
  const auto it = std::ranges::find(entries_, tag, &Entry::tag);
  return it == entries_.end() ? std::nullopt : std::optional(it->value);
}

}  // namespace stub::inspect
