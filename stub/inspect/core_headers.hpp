// The ELF headers of a core file (elf(5)), with the notes behind them and the memory behind those.
#pragma once

#include <cstdint>
#include <vector>

#include "stub/inspect/core_segments.hpp"

namespace stub::inspect {

struct CoreHeaders {
  Bytes bytes;                  // the ELF header and the program headers
  std::uint64_t memory_at = 0;  // where the first segment begins in the file
  std::uint64_t file_size = 0;
};

// An error if the file gets longer than its class can tell.
[[nodiscard]] Result<CoreHeaders> core_headers(const arch::Architecture& architecture, std::size_t notes,
                                               const std::vector<CoreSegment>& segments);

}  // namespace stub::inspect
