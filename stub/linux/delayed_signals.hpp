// DelayedSignals: while one lives, SIGINT, SIGTERM and SIGHUP wait. They come when it dies.
#pragma once

#include <csignal>

namespace stub {

class DelayedSignals {
 public:
  DelayedSignals();
  DelayedSignals(const DelayedSignals&) = delete;
  DelayedSignals& operator=(const DelayedSignals&) = delete;
  ~DelayedSignals();

 private:
  sigset_t before_{};
};

}  // namespace stub
