// glibc's thread-local variables: where a thread has a library's block of them. glibc tells debuggers the places of its
// fields in variables called _thread_db_…, for libthread_db, which does the same (glibc's nptl_db/td_thr_tlsbase.c).
#pragma once

#include "stub/inspect/exported_symbols.hpp"

namespace stub::inspect {

class GlibcThreadLocals {
 public:
  GlibcThreadLocals(const MemoryReader& in, const ExportedSymbols& libc) : in_(in), libc_(libc) {}

  [[nodiscard]] static bool is_glibc(const ExportedSymbols& libc);
  [[nodiscard]] Result<Address> block(Address thread_pointer, Address link_map) const;

 private:
  struct Field;
  struct Slot {
    Address link_map;
    std::uint64_t generation = 0;  // a thread's table must be as new to have the module's block
  };

  [[nodiscard]] Result<Field> field(std::string_view name) const;
  [[nodiscard]] Result<std::uint64_t> value(Address structure, std::string_view name) const;
  [[nodiscard]] Result<Address> element(Address structure, std::string_view name, std::uint64_t index) const;
  [[nodiscard]] Result<Slot> find_slot(std::uint64_t module) const;
  [[nodiscard]] Result<Slot> read_slot(Address slot) const;
  [[nodiscard]] Result<Address> static_block(Address thread_pointer, Address link_map) const;

  const MemoryReader& in_;
  const ExportedSymbols& libc_;
};

}  // namespace stub::inspect
