#include "stub/linux/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>
#include <utility>

#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

// A background group that changes the foreground is stopped by SIGTTOU unless it ignores it.
void set_foreground(pid_t group) {
  ::signal(SIGTTOU, SIG_IGN);
  ::tcsetpgrp(STDIN_FILENO, group);
}

}  // namespace

void enter_own_session() { ::setsid(); }

void keep_files_from_programs() {
  for (const auto descriptor : procfs::numbers_in("/proc/self/fd"))
    if (descriptor > STDERR_FILENO) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// A pipe that is ready takes PIPE_BUF bytes without waiting (pipe(7)).
void print_here(std::string_view text) {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  while (!text.empty() && ::poll(&output, 1, 0) > 0) {
    const auto put = ::write(STDOUT_FILENO, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (put <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

void Terminal::lend_to(Pid group) {
  if (std::exchange(asked_, true) || ::tcgetpgrp(STDIN_FILENO) != ::getpgrp()) return;
  lent_ = true;
  set_foreground(number(group));
}

Terminal::~Terminal() {
  if (lent_) set_foreground(::getpgrp());
}

}  // namespace stub
