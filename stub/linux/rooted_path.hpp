// Opens files as another process sees them: through /proc/PID/root, with the kernel resolving every symbolic link
// inside that root.
#pragma once

#include <sys/types.h>

#include <string>

#include "protocol/error.hpp"
#include "stub/linux/fd.hpp"
#include "stub/target/host.hpp"

namespace stub {

// As open(2): `flags` are O_…
[[nodiscard]] Result<Fd> open_rooted(Host::Root root, const std::string& path, int flags, mode_t mode);

// The folder of a file that need not exist, and the file's own name.
struct Place {
  Fd folder;
  std::string name;
};
[[nodiscard]] Result<Place> place_of(Host::Root root, const std::string& path);

}  // namespace stub
