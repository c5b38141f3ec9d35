// What a core file says of a process and its threads, as the kernel lays it out (include/linux/elfcore.h; for 32-bit
// programs include/linux/elfcore-compat.h).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "stub/arch/architecture.hpp"

namespace stub::arch {

struct CoreThread {
  std::int32_t number = 0, parent = 0, group = 0, session = 0;
  std::int32_t signal = 0, code = 0;          // what it has stopped with; 0: nothing
  std::uint64_t pending = 0, blocked = 0;     // signals, a bit each
  std::array<std::uint64_t, 4> microseconds;  // user, system, and of its children
};

struct CoreProcess {
  char state = 'R';  // as ps(1) shows it
  std::int32_t nice = 0;
  std::uint64_t flags = 0;
  std::uint32_t user = 0, group_of_user = 0;
  std::int32_t number = 0, parent = 0, group = 0, session = 0;
  std::string_view name, arguments;
};

// struct elf_prstatus, with the first register set.
[[nodiscard]] Bytes core_prstatus(const Architecture& architecture, const CoreThread& thread, ByteView general);
[[nodiscard]] std::size_t core_prstatus_size(const Architecture& architecture);
// struct elf_prpsinfo.
[[nodiscard]] Bytes core_prpsinfo(const Architecture& architecture, const CoreProcess& process);

}  // namespace stub::arch
