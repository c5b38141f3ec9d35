// The siginfo_t of a 32-bit program, out of what a 64-bit kernel tells a 64-bit tracer of it.
#pragma once

#include "protocol/types.hpp"

namespace stub::arch {

constexpr std::size_t signal_info_size = 128;  // asm-generic/siginfo.h, SI_MAX_SIZE; of both

// From struct siginfo (include/uapi/asm-generic/siginfo.h) to struct compat_siginfo (include/linux/compat.h).
[[nodiscard]] Bytes compat_signal_info(ByteView native);

}  // namespace stub::arch
