// The debug registers of x86 (Intel SDM vol. 3, 17.2): four addresses and a control word.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub::arch {

class DebugRegisters {
 public:
  static constexpr std::size_t slots = 4;

  // A data-write watchpoint of 1, 2, 4 or 8 bytes at an address aligned to its length. Inserting the same again is
  // no error.
  Result<> insert_write(Address address, std::uint64_t length);
  Result<> remove_write(Address address, std::uint64_t length);
  void clear() { *this = {}; }

  [[nodiscard]] bool any() const;
  [[nodiscard]] std::uint64_t address(std::size_t slot) const { return entries_[slot].address.value; }
  [[nodiscard]] std::uint64_t control() const;  // DR7
  // Which slot DR6 names as hit, if it is one in use.
  [[nodiscard]] std::optional<std::size_t> hit(std::uint64_t status) const;

 private:
  struct Entry {
    Address address;
    std::uint64_t length = 0;  // 0: free
  };
  [[nodiscard]] std::optional<std::size_t> find(Address address, std::uint64_t length) const;

  std::array<Entry, slots> entries_{};
};

}  // namespace stub::arch
