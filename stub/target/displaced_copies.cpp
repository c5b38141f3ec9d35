#include "stub/target/displaced_copies.hpp"

#include <algorithm>

namespace stub {

void DisplacedCopies::set_room(Address begin, Bytes before) {
  slots_.resize(before.size() / arch::displaced_size);
  room_ = Room{begin, std::move(before)};
}

DisplacedCopies::Copy DisplacedCopies::find(Address from) const {
  const auto it = current_.find(from);
  return it == current_.end() ? nullptr : it->second;
}

std::optional<Address> DisplacedCopies::vacancy() {
  const auto is_free = [](const Copy& copy) { return copy == nullptr || copy.use_count() == 1; };
  auto it = std::ranges::find_if(slots_, is_free);
  if (it == slots_.end()) {
    std::erase_if(current_, [](const auto& entry) { return entry.second.use_count() == 2; });
    it = std::ranges::find_if(slots_, is_free);
  }
  if (it == slots_.end()) return std::nullopt;
  return room_->begin + static_cast<std::uint64_t>(it - slots_.begin()) * arch::displaced_size;
}

void DisplacedCopies::add(const Copy& copy) {
  slots_[slot(copy->to)] = copy;
  current_[copy->from] = copy;
}

void DisplacedCopies::forget(Address address, std::size_t length) {
  std::erase_if(current_, [&](const auto& entry) {
    const auto from = entry.first;
    return from < address + length && address < from + arch::longest_instruction;
  });
}

DisplacedCopies::Copy DisplacedCopies::take_idle() {
  for (auto& held : slots_)
    if (held.use_count() == 1) return std::exchange(held, nullptr);
  return nullptr;
}

ByteView DisplacedCopies::before(const arch::DisplacedStep& copy) const {
  return ByteView(room_->before).subspan(slot(copy.to) * arch::displaced_size, arch::displaced_size);
}

}  // namespace stub
