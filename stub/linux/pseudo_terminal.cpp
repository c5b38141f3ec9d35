#include "stub/linux/pseudo_terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>

namespace stub {

Result<PseudoTerminal> PseudoTerminal::open() {
  Fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!master) return fail_system(errno, "there are no pseudoterminals here");
  std::array<char, PATH_MAX> device{};
  if (::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
      ::ptsname_r(master.get(), device.data(), device.size()) != 0 || ::access(device.data(), R_OK | W_OK) != 0)
    return fail_system(errno, "a pseudoterminal cannot be used");
  return PseudoTerminal(std::move(master), device.data());
}

// The kernel brings over what was written before it says that there is nothing (drivers/tty/n_tty.c, n_tty_read calls
// tty_buffer_flush_work): what a program printed before it ended is not missed. EIO: the other end is closed.
bool PseudoTerminal::read(std::string& out, std::size_t most) const {
  static std::array<char, 4096> buffer;
  for (std::size_t total = 0; total < most;) {
    const auto got = ::read(descriptor(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    out.append(buffer.data(), static_cast<std::size_t>(got));
    total += static_cast<std::size_t>(got);
  }
  return true;
}

std::size_t PseudoTerminal::write(std::string_view text) const {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto put = ::write(descriptor(), text.data() + done, text.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    done += static_cast<std::size_t>(put);
  }
  return done;
}

}  // namespace stub
