#include "stub/target/breakpoints.hpp"

#include <algorithm>

namespace stub {
namespace {

// Calls `each(index in bytes, index in entry)` for every byte that an entry at `entry` of `size` bytes covers.
template <class Each>
void for_overlap(Address address, std::size_t length, Address entry, std::size_t size, Each each) {
  for (std::size_t i = 0; i < size; ++i) {
    const auto at = entry.value + i - address.value;  // wraps where the byte lies before `address`
    if (at < length) each(static_cast<std::size_t>(at), i);
  }
}

}  // namespace

const Breakpoints::Entry* Breakpoints::find(Address address) const {
  const auto it = entries_.find(address);
  return it == entries_.end() ? nullptr : &it->second;
}

void Breakpoints::erase(Address address) {
  constexpr std::size_t most_remembered = 1024;
  if (entries_.erase(address) == 0) return;
  if (former_.size() == most_remembered) former_.clear();
  former_.insert(address);
}

void Breakpoints::count_hit(Address address) {
  if (const auto it = entries_.find(address); it != entries_.end()) ++it->second.hits;
}

void Breakpoints::set_program(Address address, agent::HitProgram program) {
  if (const auto it = entries_.find(address); it != entries_.end()) it->second.program = std::move(program);
}

bool Breakpoints::any_beyond_client() const {
  return std::ranges::any_of(
      entries_, [](const auto& entry) { return entry.second.program.persistence() == Persistence::beyond_client; });
}

std::vector<Address> Breakpoints::addresses() const {
  std::vector<Address> out;
  out.reserve(entries_.size());
  for (const auto& [address, entry] : entries_) out.push_back(address);
  return out;
}

std::vector<BreakpointInfo> Breakpoints::list() const {
  std::vector<BreakpointInfo> out;
  out.reserve(entries_.size());
  for (const auto& [address, entry] : entries_) out.push_back({address, entry.original, entry.hits});
  return out;
}

void Breakpoints::hide(Address address, std::span<std::uint8_t> bytes) const {
  for (const auto& [at, entry] : entries_)
    for_overlap(address, bytes.size(), at, entry.original.size(),
                [&](std::size_t to, std::size_t from) { bytes[to] = entry.original[from]; });
}

void Breakpoints::take_write(Address address, std::span<std::uint8_t> bytes, ByteView instruction) {
  for (auto& [at, entry] : entries_)
    for_overlap(address, bytes.size(), at, entry.original.size(), [&](std::size_t from, std::size_t to) {
      entry.original[to] = bytes[from];
      bytes[from] = instruction[to];
    });
}

}  // namespace stub
