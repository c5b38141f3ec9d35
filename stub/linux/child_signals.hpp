// ChildSignals: SIGCHLD as a descriptor that becomes readable, instead of a handler.
#pragma once

#include <csignal>

#include "stub/linux/fd.hpp"

namespace stub {

class ChildSignals {
 public:
  // Blocks SIGCHLD for this thread; programs are to be started with mask_before().
  ChildSignals();

  [[nodiscard]] int descriptor() const { return file_.get(); }
  [[nodiscard]] const sigset_t& mask_before() const { return before_; }
  // Forgets what has been signalled.
  void drain() const;

 private:
  sigset_t before_{};
  Fd file_;
};

}  // namespace stub
