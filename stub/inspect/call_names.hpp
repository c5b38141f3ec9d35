// The names of system calls and of their errors, by number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stub::inspect {

enum class CallTable : std::uint8_t { amd64, i386 };

// "openat"; "syscall_999" of one that has no name here.
[[nodiscard]] std::string call_name(CallTable table, std::uint64_t number);
// "ENOENT"; empty: there is no such error.
[[nodiscard]] std::string_view error_name(int number);

}  // namespace stub::inspect
