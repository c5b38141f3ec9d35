// The memory in a core file: a segment for each mapping, and how much of it is in the file, as the kernel decides it
// (fs/coredump.c, vma_dump_size; core(5)).
#pragma once

#include <cstdint>
#include <vector>

#include "stub/target/host.hpp"
#include "stub/target/target.hpp"

namespace stub::inspect {

struct CoreSegment {
  MemoryRegion region;
  std::uint64_t in_file = 0;      // bytes, from its start on
  bool may_be_untouched = false;  // what the process has never touched is zero, and need not be read
};

// Breakpoints are not seen.
[[nodiscard]] Result<std::vector<CoreSegment>> core_segments(Target& target, Host& host, Pid pid);

}  // namespace stub::inspect
