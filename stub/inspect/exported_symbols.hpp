// What a loaded library exports, looked up in the debuggee's memory as its dynamic linker does: no file is needed.
#pragma once

#include <string_view>

#include "protocol/documents.hpp"
#include "stub/inspect/debuggee_memory.hpp"

namespace stub::inspect {

class ExportedSymbols {
 public:
  // An error if it has no DT_GNU_HASH.
  [[nodiscard]] static Result<ExportedSymbols> of(const MemoryReader& in, const Library& library);

  // An error if it exports no such symbol; of several versions the first is found.
  [[nodiscard]] Result<Address> find(std::string_view name) const;

 private:
  explicit ExportedSymbols(const MemoryReader& in) : in_(in) {}
  [[nodiscard]] Result<> read_hash_table(Address table);
  [[nodiscard]] Result<bool> is_named(Address symbol, std::string_view name) const;

  MemoryReader in_;
  Address load_bias_, names_, symbols_, buckets_, chains_;
  std::uint64_t bucket_count_ = 0, first_hashed_ = 0;
};

}  // namespace stub::inspect
