// Thread-local variables: where one lies in a thread (GDB manual, "General Query Packets", qGetTLSAddr), found out as
// the program's own code does, for glibc and musl; no libthread_db is needed.
#pragma once

#include <cstdint>

#include "stub/target/target.hpp"

namespace stub::inspect {

struct ThreadLocal {
  Address link_map;          // of the program or library that has it; 0: of the program, if it has no dynamic linker
  std::uint64_t offset = 0;  // in the block of its variables, which each thread has
};

// The thread must be stopped.
Result<Address> find_thread_local(Target& target, ThreadId thread, const ThreadLocal& variable);

}  // namespace stub::inspect
