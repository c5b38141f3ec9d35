#include "stub/linux/child_signals.hpp"

#include <sys/signalfd.h>

#include <cerrno>
#include <system_error>

namespace stub {

ChildSignals::ChildSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &set, &before_);
  file_ = Fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!file_) throw std::system_error(errno, std::generic_category(), "signalfd");
}

void ChildSignals::drain() const {
  signalfd_siginfo info;
  while (::read(file_.get(), &info, sizeof info) > 0) {}
}

}  // namespace stub
