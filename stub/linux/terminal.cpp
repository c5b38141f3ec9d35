#include "stub/linux/terminal.hpp"

#include <unistd.h>

#include <csignal>
#include <utility>

namespace stub {
namespace {

// A background group that changes the foreground is stopped by SIGTTOU unless it ignores it.
void set_foreground(pid_t group) {
  ::signal(SIGTTOU, SIG_IGN);
  ::tcsetpgrp(STDIN_FILENO, group);
}

}  // namespace

void enter_own_session() { ::setsid(); }

void Terminal::lend_to(Pid group) {
  if (std::exchange(asked_, true) || ::tcgetpgrp(STDIN_FILENO) != ::getpgrp()) return;
  lent_ = true;
  set_foreground(number(group));
}

Terminal::~Terminal() {
  if (lent_) set_foreground(::getpgrp());
}

}  // namespace stub
