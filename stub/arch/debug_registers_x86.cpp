#include "stub/arch/debug_registers_x86.hpp"

#include <algorithm>
#include <string>

namespace stub::arch {
namespace {

// Intel SDM vol. 3, 17.2.4: L0…L3 are bits 0, 2, 4, 6; R/W and LEN take four bits a slot from bit 16 on.
constexpr std::uint64_t local_enable = 0b01;
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

// The largest aligned piece that begins here and does not go too far.
std::uint64_t piece_length(Address address, std::uint64_t most) {
  for (const std::uint64_t length : {8u, 4u, 2u})
    if (length <= most && address.value % length == 0) return length;
  return 1;
}

std::string registers(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " debug register" : " debug registers");
}

}  // namespace

Result<std::vector<DebugRegisters::Piece>> DebugRegisters::pieces_of(const Stoppoint& stoppoint) {
  const auto& [type, address, length] = stoppoint;
  if (type == StoppointType::software_breakpoint) return fail(Errc::unsupported, "it needs no debug register");
  if (type == StoppointType::hardware_breakpoint) {
    if (length != 1) return fail(Errc::malformed, "a hardware breakpoint is of 1 byte");  // SDM: LEN must be 00
    return std::vector{Piece{Condition::execute, address, length}};
  }
  if (length == 0) return fail(Errc::malformed, "a watchpoint has a length");
  if (address + (length - 1) < address) return fail(Errc::malformed, "a watchpoint cannot go beyond the last address");
  const auto condition = type == StoppointType::write_watchpoint ? Condition::write : Condition::access;
  std::vector<Piece> pieces;
  pieces.reserve(slots);
  for (std::uint64_t done = 0; done < length; done += pieces.back().length) {
    if (pieces.size() == slots)
      return fail(Errc::no_slot, "a watchpoint of this size and place takes more than " + registers(slots));
    pieces.push_back({condition, address + done, piece_length(address + done, length - done)});
  }
  return pieces;
}

// The slot that has the piece already, or a free one.
DebugRegisters::Entry* DebugRegisters::place(std::array<Entry, slots>& entries, const Piece& piece) {
  const auto has_it = [&](const Entry& e) { return !e.users.empty() && e.piece == piece; };
  auto* it = std::ranges::find_if(entries, has_it);
  if (it == entries.end()) it = std::ranges::find_if(entries, [](const Entry& e) { return e.users.empty(); });
  return it == entries.end() ? nullptr : it;
}

Result<> DebugRegisters::insert(const Stoppoint& stoppoint) {
  if (contains(stoppoint)) return {};
  const auto pieces = TRY(pieces_of(stoppoint));
  auto entries = entries_;
  for (const auto& piece : pieces) {
    auto* entry = place(entries, piece);
    if (entry == nullptr)
      return fail(Errc::no_slot, "this takes " + registers(pieces.size()) + "; free: " + std::to_string(free_slots()) +
                                     " of " + std::to_string(slots));
    entry->piece = piece;
    entry->users.push_back(stoppoint);
  }
  entries_ = std::move(entries);
  return {};
}

void DebugRegisters::remove(const Stoppoint& stoppoint) {
  for (auto& entry : entries_)
    if (std::erase(entry.users, stoppoint) != 0 && entry.users.empty()) entry = {};
}

std::size_t DebugRegisters::free_slots() const {
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [](const Entry& e) { return e.users.empty(); }));
}

bool DebugRegisters::contains(const Stoppoint& stoppoint) const {
  return std::ranges::any_of(entries_,
                             [&](const Entry& e) { return std::ranges::find(e.users, stoppoint) != e.users.end(); });
}

std::uint64_t DebugRegisters::control() const {
  std::uint64_t dr7 = 0;
  for (unsigned i = 0; i < slots; ++i) {
    if (!in_use(i)) continue;
    const auto& piece = entries_[i].piece;
    dr7 |= local_enable << (bits_per_enable * i);
    dr7 |= (std::to_underlying(piece.condition) | length_code(piece.length) << length_shift)
           << (first_condition + bits_per_condition * i);
  }
  return dr7;
}

bool DebugRegisters::alike(const DebugRegisters& other) const {
  return std::ranges::equal(entries_, other.entries_, [](const Entry& a, const Entry& b) {
    return a.users.empty() == b.users.empty() && a.piece == b.piece;
  });
}

std::vector<DebugRegisters::Hit> DebugRegisters::hits(std::uint64_t status) const {
  std::vector<Hit> out;
  for (std::size_t i = 0; i < slots; ++i) {
    if ((status >> i & 1) == 0) continue;
    for (const auto& user : entries_[i].users) out.push_back({user, entries_[i].piece.address, i});
  }
  return out;
}

}  // namespace stub::arch
