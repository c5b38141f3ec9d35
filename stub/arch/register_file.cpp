#include "stub/arch/register_file.hpp"

#include <algorithm>

#include "protocol/little_endian.hpp"
#include "stub/arch/x87_state.hpp"

namespace stub::arch {
namespace {

constexpr std::size_t xsave_header_at = 512;  // Intel SDM vol. 1, 13.4.2: XSTATE_BV
constexpr std::uint8_t fop_high_mask = 0x07;

}  // namespace

RegisterFile::RegisterFile(const Architecture& architecture)
    : architecture_(&architecture), sets_(architecture.sets.size()) {}

void RegisterFile::load(std::size_t set, Bytes bytes) {
  bytes.resize(architecture_->sets[set].size);  // a kernel with less leaves the rest zero
  sets_[set] = {std::move(bytes), true, false};
}

void RegisterFile::mark_all_dirty() {
  for (auto& set : sets_) set.dirty = set.loaded;
}

void RegisterFile::forget() {
  for (auto& set : sets_) set.loaded = set.dirty = false;
}

Bytes RegisterFile::read(RegisterNumber reg) const {
  const auto& row = architecture_->layout.registers[number(reg)];
  const auto& location = architecture_->locations[number(reg)];
  const auto& set = sets_[location.set].bytes;
  Bytes value(row.bits / 8);
  if (location.coding == Coding::x87_tags) {
    const auto tags = full_x87_tags(set);
    value[0] = static_cast<std::uint8_t>(tags);
    value[1] = static_cast<std::uint8_t>(tags >> 8);
    return value;
  }
  std::copy_n(set.begin() + static_cast<std::ptrdiff_t>(location.offset), location.size, value.begin());
  if (location.coding == Coding::fop) value[1] &= fop_high_mask;
  return value;
}

std::uint64_t RegisterFile::read_integer(RegisterNumber reg) const { return from_little_endian(read(reg)); }

Result<> RegisterFile::write(RegisterNumber reg, ByteView value) {
  const auto& row = architecture_->layout.registers[number(reg)];
  const auto& location = architecture_->locations[number(reg)];
  if (value.size() != row.bits / 8) return fail(Errc::malformed, "wrong size for register " + row.name);
  auto& set = sets_[location.set];
  if (location.coding == Coding::x87_tags) {
    set.bytes[location.offset] = abridged_x87_tags(value[0] | static_cast<unsigned>(value[1]) << 8);
  } else {
    std::copy_n(value.begin(), location.size, set.bytes.begin() + static_cast<std::ptrdiff_t>(location.offset));
    if (location.coding == Coding::fop) set.bytes[location.offset + 1] &= fop_high_mask;
  }
  if (location.xsave_component) mark_in_use(set, *location.xsave_component);
  set.dirty = true;
  return {};
}

void RegisterFile::write_integer(RegisterNumber reg, std::uint64_t value) {
  const auto bytes = to_little_endian(value, architecture_->layout.registers[number(reg)].bits / 8);
  static_cast<void>(write(reg, bytes));  // the size is right by construction
}

// A component that XSTATE_BV does not name is in its initial state, whatever its bytes say.
void RegisterFile::mark_in_use(Set& set, unsigned component) {
  set.bytes[xsave_header_at + component / 8] |= static_cast<std::uint8_t>(1u << component % 8);
}

}  // namespace stub::arch
