#include "stub/linux/stand_in.hpp"

#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <system_error>

#include "protocol/cursor.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/spawn.hpp"

namespace stub {
namespace {

// Those that end or wake a program for somebody's sake; not those that stop it, which we follow ourselves.
constexpr std::array forwarded = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGWINCH};

struct sigaction pipes_before{};

}  // namespace

void ignore_broken_pipes() {
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipes_before);
}

void restore_broken_pipes() { ::sigaction(SIGPIPE, &pipes_before, nullptr); }

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

bool is_traced() {
  return procfs::status_field(procfs::read_file("/proc/self/status").value_or(""), "TracerPid") != "0";
}

Error become_program(const std::vector<std::string>& words, const sigset_t& mask) {
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  restore_broken_pipes();
  return exec_as_caller(words);
}

std::optional<crash::SignalSets> signal_sets(ThreadId thread) {
  const auto status = procfs::read_file(procfs::of(thread, "status"));
  if (!status) return std::nullopt;
  const auto set = [&](std::string_view key) { return Cursor(procfs::status_field(*status, key)).hex().value_or(0); };
  return crash::SignalSets{.blocked = set("SigBlk"), .ignored = set("SigIgn"), .caught = set("SigCgt")};
}

ForwardedSignals::ForwardedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : forwarded) sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  file_ = Fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!file_) throw std::system_error(errno, std::generic_category(), "signalfd");
}

bool ForwardedSignals::is_forwarded(KernelSignal signal) {
  return std::ranges::find(forwarded, number(signal)) != forwarded.end();
}

std::optional<ForwardedSignals::Arrived> ForwardedSignals::take() const {
  signalfd_siginfo info;
  if (::read(file_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return Arrived{.signal = KernelSignal{static_cast<std::uint8_t>(info.ssi_signo)},
                 .sender = Pid{static_cast<pid_t>(info.ssi_pid)},
                 .by_terminal = info.ssi_code > 0};  // SI_KERNEL; a process's are SI_USER and below (sigaction(2))
}

std::optional<Pid> sender_of(ByteView signal_info) {
  siginfo_t info{};
  if (signal_info.size() != sizeof info) return std::nullopt;
  std::memcpy(&info, signal_info.data(), sizeof info);
  if (info.si_code > 0) return std::nullopt;
  return Pid{info.si_pid};
}

}  // namespace stub
