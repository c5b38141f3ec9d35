// What /proc says about processes (proc(5)). Reading never fails loudly: what cannot be read is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/types.hpp"
#include "stub/target/host.hpp"

namespace stub::procfs {

// The whole of a file of /proc, which has no size beforehand, or its first `most` bytes; nothing if it cannot be opened
// or read.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path, std::size_t most = std::string::npos);
// The target of a symbolic link; empty if there is none.
[[nodiscard]] std::string read_link(const std::string& path);

[[nodiscard]] std::string of(Pid pid, std::string_view name);          // "/proc/PID/name"
[[nodiscard]] std::string of(ThreadId thread, std::string_view name);  // "/proc/PID/task/TID/name"

// The entries of a folder whose names are numbers: processes, threads, descriptors.
[[nodiscard]] std::vector<std::int32_t> numbers_in(const std::string& folder);
// All that /proc lists, us too.
[[nodiscard]] std::vector<Pid> processes();
// The threads that /proc/PID/task lists.
[[nodiscard]] std::vector<Tid> threads_of(Pid pid);

// A thread through which the process's memory can be seen: a leader that has ended before the others has none.
[[nodiscard]] ThreadId living_thread(Pid pid);

// The value behind `key:` in /proc/PID/status, without blanks around it; empty if there is none.
[[nodiscard]] std::string status_field(std::string_view status, std::string_view key);

// A line of /proc/PID/maps; nothing if it is none.
[[nodiscard]] std::optional<MemoryRegion> parse_region(std::string_view line);
// All of them.
[[nodiscard]] std::vector<MemoryRegion> parse_maps(std::string_view maps);

// The mappings of /proc/PID/smaps.
[[nodiscard]] std::vector<Mapping> parse_smaps(std::string_view smaps);
// Of a thread's stat and status.
[[nodiscard]] std::optional<TaskFacts> parse_task(std::string_view stat, std::string_view status);

// The state letter of /proc/PID/stat; '\0' if it cannot be read. The name before it may hold anything.
[[nodiscard]] char parse_state(std::string_view stat);

struct Stat {
  std::string name;
  char state = '\0';
  std::int32_t process_group = 0;
  std::optional<std::uint32_t> core;  // where it ran last
};
// What of /proc/PID/stat or a thread's is used here; nothing where it has no name and state.
[[nodiscard]] std::optional<Stat> parse_stat(std::string_view stat);

}  // namespace stub::procfs
