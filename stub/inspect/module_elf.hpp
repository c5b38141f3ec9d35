// Which ELF files libelf and libdwfl may be given. Whatever a debuggee has mapped comes here: a file of another
// machine, one that is being written, one made to hurt its readers.
#pragma once

#include <libelf.h>

#include "stub/arch/architecture.hpp"
#include "stub/target/host.hpp"

namespace stub::inspect {

// Null where the file is no program or library of this machine, or where reading it could take very much memory.
// The caller ends the Elf, and closes the descriptor after it.
[[nodiscard]] Elf* open_module_elf(Host& host, int descriptor, arch::Machine machine);

}  // namespace stub::inspect
