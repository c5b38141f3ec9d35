// What single arguments of system calls say, as strace writes them.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/types.hpp"
#include "stub/inspect/call_text.hpp"

namespace stub::inspect::call_value {

constexpr std::size_t longest_text = 32, longest_path = 256;  // bytes

// "0x7ffc01234560", "NULL"
[[nodiscard]] std::string pointer(std::uint64_t value);
// In quotes; what is no plain ASCII as C has it. Cut: more of it is not shown.
enum class Cut : std::uint8_t { no, yes };
[[nodiscard]] std::string quoted(ByteView bytes, Cut cut);
// A string that ends with a zero; where it cannot be read its address.
[[nodiscard]] std::string string(const CallMemory& memory, std::uint64_t address, std::size_t most);
// So many bytes, whose beginning is shown.
[[nodiscard]] std::string buffer(const CallMemory& memory, std::uint64_t address, std::uint64_t length);
// ["ls", "-l"]
[[nodiscard]] std::string strings(const CallMemory& memory, std::uint64_t address, std::size_t word);
// {sa_family=AF_INET, sin_port=htons(80), sin_addr="10.0.0.1"}
[[nodiscard]] std::string socket_address(const CallMemory& memory, std::uint64_t address, std::uint64_t length);
// [3, 4]
[[nodiscard]] std::string two_numbers(const CallMemory& memory, std::uint64_t address);
// {tv_sec=1, tv_nsec=0}
[[nodiscard]] std::string time(const CallMemory& memory, std::uint64_t address, std::size_t word);
// [WIFEXITED(s) && WEXITSTATUS(s) == 1]
[[nodiscard]] std::string child_status(const CallMemory& memory, std::uint64_t address);

[[nodiscard]] std::string folder(std::uint64_t descriptor);
[[nodiscard]] std::string open_flags(std::uint64_t flags);
[[nodiscard]] std::string protection(std::uint64_t flags);
[[nodiscard]] std::string mapping_flags(std::uint64_t flags);
[[nodiscard]] std::string access_mode(std::uint64_t mode);
[[nodiscard]] std::string at_flags(std::uint64_t flags);
[[nodiscard]] std::string clone_flags(std::uint64_t flags);
[[nodiscard]] std::string octal(std::uint64_t value);
[[nodiscard]] std::string whence(std::uint64_t value);
[[nodiscard]] std::string signal(std::uint64_t value);
[[nodiscard]] std::string mask_change(std::uint64_t value);
[[nodiscard]] std::string clock(std::uint64_t value);
[[nodiscard]] std::string socket_domain(std::uint64_t value);
[[nodiscard]] std::string socket_type(std::uint64_t value);
[[nodiscard]] std::string futex_operation(std::uint64_t value);
[[nodiscard]] std::string file_command(std::uint64_t value);

}  // namespace stub::inspect::call_value
