// The dynamic linker's list of what is loaded, read from the debuggee (glibc's and musl's link.h: struct r_debug,
// struct link_map).
#pragma once

#include <optional>
#include <string_view>

#include "protocol/documents.hpp"
#include "protocol/error.hpp"
#include "stub/target/target.hpp"

namespace stub::inspect {

// gdb's annex `start=H;prev=H;lmid=H;` (GDB manual, qXfer:libraries-svr4): only the list from `start` on.
struct LibraryAnnex {
  std::optional<Address> start, previous, name_space;
};
// Unknown keys are skipped, as gdb promises them for the future.
[[nodiscard]] LibraryAnnex parse_library_annex(std::string_view annex);

// Errc::end_of_list: there is a dynamic linker, but it has not run yet. Errc::unsupported: there is none.
Result<LibraryList> read_libraries(Target& target, Pid pid, const LibraryAnnex& annex);

}  // namespace stub::inspect
