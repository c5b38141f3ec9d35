// DelayedSignals: while one lives, SIGINT, SIGTERM and SIGHUP end no more than a system call that waits (EINTR). The
// last that came takes effect when it dies. Those that are ignored stay so.
#pragma once

#include <array>
#include <csignal>

namespace stub {

class DelayedSignals {
 public:
  DelayedSignals();
  DelayedSignals(const DelayedSignals&) = delete;
  DelayedSignals& operator=(const DelayedSignals&) = delete;
  ~DelayedSignals();

  [[nodiscard]] static bool any();

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace stub
