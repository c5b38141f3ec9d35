// What can be listed of a process. Cells are printable.
#pragma once

#include "stub/inspect/table.hpp"
#include "stub/inspect/unwinder.hpp"

namespace stub::inspect {

// Its threads, and where those are that are stopped; `selected` is marked.
[[nodiscard]] Table threads_table(Target& target, Unwinder& unwinder, ThreadId selected);
[[nodiscard]] Result<Table> auxv_table(Target& target, Pid pid);
[[nodiscard]] Result<Table> descriptors_table(Host& host, Pid pid);
// Which signals are caught, ignored, blocked and pending.
[[nodiscard]] Result<Table> signals_table(Host& host, Pid pid, const std::vector<ThreadId>& threads);
[[nodiscard]] Result<Table> limits_table(Host& host, Pid pid);

}  // namespace stub::inspect
