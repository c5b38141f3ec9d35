// What stub must do to stand in a program's place without anybody noticing.
#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/signal.hpp"
#include "protocol/types.hpp"
#include "stub/crash/policy.hpp"
#include "stub/linux/fd.hpp"

namespace stub {

// A client that goes must not end us; a program that we start gets back what we were started with.
void ignore_broken_pipes();
void restore_broken_pipes();

// Orphans among our descendants become our children, as PID 1 has them.
void adopt_orphans();
// Somebody traces us, and so will trace what we start.
[[nodiscard]] bool is_traced();
// With the signal mask that it is to have. Returns only why it could not: Errc::cannot_run with execve's errno.
[[nodiscard]] Error become_program(const std::vector<std::string>& words, const sigset_t& mask);

// What a thread's process makes of signals; nothing if it is gone.
[[nodiscard]] std::optional<crash::SignalSets> signal_sets(ThreadId thread);

// Signals that somebody sends us and means the program: they wait here, as a descriptor that becomes readable. What a
// terminal sends its whole group gets.
class ForwardedSignals {
 public:
  ForwardedSignals();
  [[nodiscard]] int descriptor() const { return file_.get(); }

  [[nodiscard]] static bool is_forwarded(KernelSignal signal);

  struct Arrived {
    KernelSignal signal{};
    Pid sender{};
    bool by_terminal = false;
  };
  // The next one, if there is any.
  [[nodiscard]] std::optional<Arrived> take() const;

 private:
  Fd file_;
};

// Who has sent a signal to a program, of its siginfo_t; nobody: the kernel did.
[[nodiscard]] std::optional<Pid> sender_of(ByteView signal_info);

}  // namespace stub
