#include "stub/linux/wait_status.hpp"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <csignal>

namespace stub {
namespace {

KernelSignal signal_of(int value) { return KernelSignal{static_cast<std::uint8_t>(value)}; }

bool stops_job(int signal) { return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU; }

std::optional<WaitReason> translate_event(int event, int signal, StatusReader& reader) {
  const auto task = [&](wait_status::NewTask::Kind kind) -> WaitReason {
    return wait_status::NewTask{kind, Tid{static_cast<std::int32_t>(reader.event_message())}};
  };
  switch (event) {
    case PTRACE_EVENT_STOP:
      if (stops_job(signal)) return wait_status::GroupStop{signal_of(signal)};
      return wait_status::InterruptStop{};
    case PTRACE_EVENT_FORK:
      return task(wait_status::NewTask::Kind::fork);
    case PTRACE_EVENT_VFORK:
      return task(wait_status::NewTask::Kind::vfork);
    case PTRACE_EVENT_CLONE:
      return task(wait_status::NewTask::Kind::clone);
    case PTRACE_EVENT_VFORK_DONE:
      return wait_status::VforkDone{};
    case PTRACE_EVENT_EXEC:
      return wait_status::Exec{Tid{static_cast<std::int32_t>(reader.event_message())}};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<WaitReason> translate_status(int status, StatusReader& reader) {
  if (WIFEXITED(status)) return wait_status::Exited{WEXITSTATUS(status)};
  if (WIFSIGNALED(status)) return wait_status::Killed{signal_of(WTERMSIG(status))};
  if (!WIFSTOPPED(status)) return std::nullopt;
  const int event = status >> 16;  // ptrace(2): status>>8 == (SIGTRAP | PTRACE_EVENT_… << 8)
  const int signal = WSTOPSIG(status);
  if (event != 0) return translate_event(event, signal, reader);
  if (signal == (SIGTRAP | 0x80)) return reader.system_call();  // PTRACE_O_TRACESYSGOOD
  return wait_status::SignalStop{signal_of(signal), signal == SIGTRAP ? reader.signal_code() : 0};
}

}  // namespace stub
