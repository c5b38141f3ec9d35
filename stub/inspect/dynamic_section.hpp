// The dynamic section of a program or library, as it lies in a debuggee's memory (System V ABI, "Dynamic Section").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stub/inspect/debuggee_memory.hpp"

namespace stub::inspect {

// elf.h, DT_…
constexpr std::uint64_t dt_null = 0, dt_strtab = 5, dt_symtab = 6, dt_debug = 21, dt_gnu_hash = 0x6ffffef5;

class DynamicSection {
 public:
  [[nodiscard]] static Result<DynamicSection> read(const MemoryReader& in, Address address);

  // Of the first entry with this tag.
  [[nodiscard]] std::optional<std::uint64_t> value(std::uint64_t tag) const;

 private:
  struct Entry {
    std::uint64_t tag = 0, value = 0;
  };
  std::vector<Entry> entries_;
};

}  // namespace stub::inspect
