#include "stub/linux/delayed_signals.hpp"

namespace stub {
namespace {

constexpr std::array delayed = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t arrived = 0;

void note(int signal) { arrived = signal; }

}  // namespace

DelayedSignals::DelayedSignals() {
  arrived = 0;
  struct sigaction action{};  // without SA_RESTART: a write into a pipe that nobody reads must end
  action.sa_handler = note;
  for (std::size_t i = 0; i < delayed.size(); ++i) {
    ::sigaction(delayed[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(delayed[i], &action, nullptr);  // nohup, a shell's &
  }
}

DelayedSignals::~DelayedSignals() {
  for (std::size_t i = 0; i < delayed.size(); ++i) ::sigaction(delayed[i], &before_[i], nullptr);
  if (any()) ::raise(arrived);
}

bool DelayedSignals::any() { return arrived != 0; }

}  // namespace stub
