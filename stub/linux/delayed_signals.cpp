#include "stub/linux/delayed_signals.hpp"

#include <initializer_list>

namespace stub {

DelayedSignals::DelayedSignals() {
  sigset_t these;
  sigemptyset(&these);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&these, signal);
  ::pthread_sigmask(SIG_BLOCK, &these, &before_);
}

DelayedSignals::~DelayedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace stub
