#include "stub/arch/debug_registers_x86.hpp"

#include <algorithm>
#include <string>

namespace stub::arch {
namespace {

// Intel SDM vol. 3, 17.2.4: L0…L3 are bits 0, 2, 4, 6; R/W and LEN take four bits a slot from bit 16 on.
constexpr std::uint64_t local_enable = 0b01, break_on_write = 0b01;
constexpr unsigned bits_per_enable = 2, bits_per_condition = 4, first_condition = 16, length_shift = 2;

std::uint64_t length_code(std::uint64_t length) {
  switch (length) {
    case 1:
      return 0b00;
    case 2:
      return 0b01;
    case 8:
      return 0b10;
    default:
      return 0b11;  // 4
  }
}

bool fits(Address address, std::uint64_t length) {
  const bool size = length == 1 || length == 2 || length == 4 || length == 8;
  return size && address.value % length == 0;
}

}  // namespace

std::optional<std::size_t> DebugRegisters::find(Address address, std::uint64_t length) const {
  for (std::size_t i = 0; i < slots; ++i)
    if (entries_[i].length == length && entries_[i].address == address) return i;
  return std::nullopt;
}

Result<> DebugRegisters::insert_write(Address address, std::uint64_t length) {
  if (!fits(address, length))
    return fail(Errc::unsupported, "a watchpoint must be 1, 2, 4 or 8 bytes, aligned to its length");
  if (find(address, length)) return {};
  auto* free = std::ranges::find(entries_, std::uint64_t{0}, &Entry::length);
  if (free == entries_.end())
    return fail(Errc::no_slot, "all " + std::to_string(slots) + " debug registers are in use");
  *free = {address, length};
  return {};
}

Result<> DebugRegisters::remove_write(Address address, std::uint64_t length) {
  if (length == 0) return fail(Errc::malformed, "a watchpoint has a length");
  if (const auto slot = find(address, length)) entries_[*slot] = {};
  return {};
}

bool DebugRegisters::any() const {
  return std::ranges::any_of(entries_, [](const Entry& e) { return e.length != 0; });
}

std::uint64_t DebugRegisters::control() const {
  std::uint64_t dr7 = 0;
  for (unsigned i = 0; i < slots; ++i) {
    if (entries_[i].length == 0) continue;
    dr7 |= local_enable << (bits_per_enable * i);
    dr7 |= (break_on_write | length_code(entries_[i].length) << length_shift)
           << (first_condition + bits_per_condition * i);
  }
  return dr7;
}

std::optional<std::size_t> DebugRegisters::hit(std::uint64_t status) const {
  for (std::size_t i = 0; i < slots; ++i)
    if ((status >> i & 1) != 0 && entries_[i].length != 0) return i;
  return std::nullopt;
}

}  // namespace stub::arch
