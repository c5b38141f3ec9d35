// What arguments each system call has, and what it returns.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "stub/inspect/call_text.hpp"

namespace stub::inspect {

// How an argument is written. What a call fills is read when it has returned, and is an address until then.
enum class CallArgument : std::uint8_t {
  none,
  number,  // an int: descriptors, counts, ids
  size,    // as wide as a pointer, unsigned
  offset,  // 64 bits: on i386 two arguments
  flags,   // as they are, in hex
  pointer,
  string,         // 32 bytes of it
  path,           // a string that is worth more
  given_buffer,   // its length is the next argument
  filled_buffer,  // its length is the result
  strings,
  socket_address,  // its length is the next argument
  filled_pair,     // two descriptors
  time,
  time64,  // 64-bit fields on i386 too
  filled_status,
  folder,
  open_flags,
  open_mode,  // where the flags before it make a file
  protection,
  mapping_flags,
  access_mode,
  at_flags,
  clone_flags,
  octal,
  whence,
  signal,
  mask_change,
  clock,
  socket_domain,
  socket_type,
  futex_operation,
  file_command,
};

enum class CallResult : std::uint8_t { number, pointer, octal };

struct CallSignature {
  std::string_view name;
  std::array<CallArgument, 6> arguments{};
  CallResult result = CallResult::number;
};

// Null: nobody has written it down here.
[[nodiscard]] const CallSignature* signature_of(const Call& call);

}  // namespace stub::inspect
