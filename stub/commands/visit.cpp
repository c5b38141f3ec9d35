#include "stub/commands/visit.hpp"

#include <csignal>
#include <cstdio>

#include "stub/linux/diagnosis.hpp"

namespace stub::commands {
namespace {

volatile std::sig_atomic_t signalled = 0;

void note_signal(int) { signalled = 1; }

void warn(const std::string& text) { std::fprintf(stderr, "stub: %s\n", text.c_str()); }

}  // namespace

bool Visit::interrupted() { return signalled != 0; }

Visit::Visit(Pid pid)
    : pid_(pid), kernel_(ticker_, child_signals_.mask_before(), warn), engine_(kernel_, warn, [](std::string_view) {}) {
  struct sigaction action{};  // without SA_RESTART: a write into a pipe that nobody reads must end
  action.sa_handler = note_signal;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  begun_ = engine_.attach(pid);
  if (!begun_ && begun_.error().code == Errc::no_thread) begun_ = fail(Errc::no_process, why_not_traceable(pid));
}

Visit::~Visit() {
  if (begun_) static_cast<void>(engine_.detach(pid_));
}

}  // namespace stub::commands
