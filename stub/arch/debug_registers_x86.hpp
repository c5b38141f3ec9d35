// The debug registers of x86 (Intel SDM vol. 3, 17.2): four addresses and a control word, which hardware breakpoints
// and watchpoints share.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "protocol/commands/stoppoint.hpp"
#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub::arch {

class DebugRegisters {
 public:
  static constexpr std::size_t slots = 4;

  // A hardware breakpoint, or a watchpoint over any bytes that at most four aligned pieces of 1, 2, 4 or 8 make up.
  // Stoppoints that need the same piece share its slot. The same again is no error; what does not fit changes nothing.
  Result<> insert(const Stoppoint& stoppoint);
  void remove(const Stoppoint& stoppoint);
  void clear() { *this = {}; }

  [[nodiscard]] bool any() const { return free_slots() != slots; }
  [[nodiscard]] bool contains(const Stoppoint& stoppoint) const;
  [[nodiscard]] bool in_use(std::size_t slot) const { return !entries_[slot].users.empty(); }
  [[nodiscard]] std::uint64_t address(std::size_t slot) const { return entries_[slot].piece.address.value; }
  [[nodiscard]] std::uint64_t control() const;  // DR7
  // A CPU does the same with both.
  [[nodiscard]] bool alike(const DebugRegisters& other) const;

  struct Hit {
    Stoppoint stoppoint;
    Address address;  // the slot's: within the stoppoint
    std::size_t slot = 0;
  };
  // What DR6 names as hit: all that the slots serve.
  [[nodiscard]] std::vector<Hit> hits(std::uint64_t status) const;

 private:
  // DR7's R/W field. There is no condition for reads alone.
  enum class Condition : std::uint8_t { execute = 0b00, write = 0b01, access = 0b11 };
  struct Piece {
    Condition condition{};
    Address address;
    std::uint64_t length = 0;

    friend bool operator==(const Piece&, const Piece&) = default;
  };
  struct Entry {
    Piece piece;
    std::vector<Stoppoint> users;  // none: free
  };
  static Result<std::vector<Piece>> pieces_of(const Stoppoint& stoppoint);
  static Entry* place(std::array<Entry, slots>& entries, const Piece& piece);
  [[nodiscard]] std::size_t free_slots() const;

  std::array<Entry, slots> entries_{};
};

}  // namespace stub::arch
