#include "stub/linux/abilities.hpp"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <functional>
#include <system_error>

#include "stub/arch/debug_registers_x86.hpp"
#include "stub/linux/fd.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/pseudo_terminal.hpp"
#include "stub/linux/spawn.hpp"

namespace stub {
namespace {

// What a trial says by its process's end: an errno, or 0 and a count.
struct Outcome {
  int error_number = 0;
  int count = 0;
};
using Attempt = std::function<Outcome(std::optional<Pid>)>;

Outcome failed() { return {.error_number = errno == 0 ? EIO : errno, .count = 0}; }
Outcome outcome(bool works) { return works ? Outcome{} : failed(); }

constexpr unsigned longest = 10;  // seconds

// How the trial's process ended.
struct Ending {
  Outcome outcome;
  int signal = 0;  // none: by itself
};

// Its children end with it: they are killed by EXITKILL, or die with their parent.
Ending apart(const Attempt& attempt, std::optional<Pid> pid) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {failed(), 0};
  const Fd from(ends[0]);
  Fd to(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return {failed(), 0};
  if (child == 0) {
    ::alarm(longest);
    const auto result = attempt(pid);
    static_cast<void>(::write(to.get(), &result, sizeof result));
    ::_exit(0);
  }
  to = Fd();
  Ending out{{EIO, 0}, 0};
  if (::read(from.get(), &out.outcome, sizeof out.outcome) != static_cast<ssize_t>(sizeof out.outcome))
    out.outcome = {EIO, 0};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  if (WIFSIGNALED(status)) out.signal = WTERMSIG(status);
  return out;
}

// A child that waits until it is let on, then runs `body` and ends.
class Tracee {
 public:
  explicit Tracee(void (*body)()) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    const Fd from(ends[0]);
    gate_ = Fd(ends[1]);
    pid_ = ::fork();
    if (pid_ != 0) return;
    gate_ = Fd();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    char byte = 0;
    while (::read(from.get(), &byte, 1) < 0 && errno == EINTR) {}
    body();
    ::_exit(0);
  }
  Tracee(const Tracee&) = delete;
  Tracee& operator=(const Tracee&) = delete;
  ~Tracee() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR) {}
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Seized and stopped.
  [[nodiscard]] bool stop() const {
    constexpr long options = PTRACE_O_EXITKILL;
    if (::ptrace(PTRACE_SEIZE, pid_, nullptr, options) != 0) return false;
    int status = 0;
    return ::ptrace(PTRACE_INTERRUPT, pid_, nullptr, nullptr) == 0 && ::waitpid(pid_, &status, __WALL) == pid_ &&
           WIFSTOPPED(status);
  }
  // The next stop's signal; 0: it has ended.
  [[nodiscard]] int go_on() {
    gate_ = Fd();
    int status = 0;
    if (::ptrace(PTRACE_CONT, pid_, nullptr, nullptr) != 0 || ::waitpid(pid_, &status, __WALL) != pid_) return 0;
    if (WIFSTOPPED(status)) return WSTOPSIG(status);
    pid_ = 0;
    return 0;
  }

 private:
  pid_t pid_ = -1;
  Fd gate_;
};

void nothing() {}

Outcome launch(std::optional<Pid> /*pid*/) {
  sigset_t none;
  ::sigemptyset(&none);
  const LaunchRequest request{.arguments = {"/proc/self/exe", "--version"},
                              .environment = {},
                              .working_directory = {},
                              .files = {"/dev/null", "/dev/null", "/dev/null"},
                              .disable_randomization = false};
  const auto pid = spawn_traced(request, none, PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC, [](const std::string&) {});
  if (!pid) return {.error_number = pid.error().number == 0 ? EIO : pid.error().number, .count = 0};
  ::kill(*pid, SIGKILL);
  while (::waitpid(*pid, nullptr, __WALL) < 0 && errno == EINTR) {}
  return {};
}

// Seizing stops nothing, and ends with whoever has seized.
Outcome attach_to(std::optional<Pid> pid) {
  return outcome(::ptrace(PTRACE_SEIZE, number(*pid), nullptr, nullptr) == 0);
}

Outcome keep_addresses(std::optional<Pid> /*pid*/) {
  const int old = ::personality(0xffffffff);
  return outcome(old >= 0 && ::personality(static_cast<unsigned>(old) | ADDR_NO_RANDOMIZE) >= 0);
}

constexpr std::size_t slots = arch::DebugRegisters::slots;
volatile std::uint64_t watched[slots];

constexpr std::size_t debug_register(std::size_t n) {
  return offsetof(struct user, u_debugreg) + n * sizeof(std::uint64_t);
}

// Some virtual machines take what is written to debug registers, and never stop: each must be seen to.
Outcome watch(std::optional<Pid> /*pid*/) {
  Tracee tracee([] {
    for (auto& variable : watched) variable = 1;
  });
  if (!tracee.stop()) return failed();
  std::uint64_t control = 0;
  for (std::size_t i = 0; i < slots; ++i) {
    constexpr std::uint64_t eight_bytes_written = 0b1001;  // Intel SDM vol. 3, "Debug Control Register": LEN and R/W
    const auto address = reinterpret_cast<std::uintptr_t>(&watched[i]);
    if (::ptrace(PTRACE_POKEUSER, tracee.pid(), debug_register(i), address) != 0) return failed();
    control |= std::uint64_t{1} << (2 * i) | eight_bytes_written << (16 + 4 * i);
  }
  if (::ptrace(PTRACE_POKEUSER, tracee.pid(), debug_register(7), control) != 0) return failed();
  unsigned hit = 0;
  while (tracee.go_on() == SIGTRAP) {
    const auto status = ::ptrace(PTRACE_PEEKUSER, tracee.pid(), debug_register(6), nullptr);
    hit |= static_cast<unsigned>(status) & ((1U << slots) - 1);
    ::ptrace(PTRACE_POKEUSER, tracee.pid(), debug_register(6), nullptr);
  }
  return hit == 0 ? Outcome{ENODEV, 0} : Outcome{0, std::popcount(hit)};
}

constexpr std::uint64_t constant = 0x5a5a5a5a5a5a5a5a;
const volatile std::uint64_t unwritable = constant;  // in a page that the program itself cannot write

Outcome read_vm(std::optional<Pid> /*pid*/) {
  const Tracee tracee(nothing);
  if (!tracee.stop()) return failed();
  std::uint64_t value = 0;
  const iovec local{&value, sizeof value};
  const iovec remote{const_cast<std::uint64_t*>(&unwritable), sizeof value};
  const auto got = ::process_vm_readv(tracee.pid(), &local, 1, &remote, 1, 0);
  return outcome(got == static_cast<ssize_t>(sizeof value) && value == constant);
}

Outcome write_file(std::optional<Pid> /*pid*/) {
  const Tracee tracee(nothing);
  if (!tracee.stop()) return failed();
  const Fd memory(::open(procfs::of(Pid{tracee.pid()}, "mem").c_str(), O_RDWR | O_CLOEXEC));
  if (!memory) return failed();
  const auto at = static_cast<off64_t>(reinterpret_cast<std::uintptr_t>(&unwritable));
  return outcome(::pwrite64(memory.get(), &constant, sizeof constant, at) == static_cast<ssize_t>(sizeof constant));
}

Outcome poke(std::optional<Pid> /*pid*/) {
  const Tracee tracee(nothing);
  if (!tracee.stop()) return failed();
  return outcome(::ptrace(PTRACE_POKEDATA, tracee.pid(), &unwritable, constant) == 0);
}

Outcome ask_system_call(std::optional<Pid> /*pid*/) {
  const Tracee tracee(nothing);
  if (!tracee.stop()) return failed();
  __ptrace_syscall_info info{};
  return outcome(::ptrace(PTRACE_GET_SYSCALL_INFO, tracee.pid(), sizeof info, &info) > 0);
}

Outcome open_terminal(std::optional<Pid> /*pid*/) {
  const auto terminal = PseudoTerminal::open();
  return terminal ? Outcome{} : Outcome{terminal.error().number == 0 ? ENODEV : terminal.error().number, 0};
}

struct Row {
  const char* what;
  bool needed;
  Outcome (*attempt)(std::optional<Pid>);
  const char* without;  // what becomes of it where it does not work
};

constexpr Row rows[] = {
    {"launch and trace a program", true, launch, ""},
    {"attach", true, attach_to, ""},
    {"switch address randomization off", false, keep_addresses, "it stays on; harmless for debugging"},
    {"hardware watchpoints", false, watch, "debuggers step instead"},
    {"read memory by process_vm_readv", false, read_vm, "/proc/PID/mem is read instead"},
    {"write memory by /proc/PID/mem", false, write_file, "PTRACE_POKEDATA does it instead, a word at a time"},
    {"write memory by PTRACE_POKEDATA", false, poke, "only matters where /proc/PID/mem cannot be written"},
    {"tell system calls' entry and return", false, ask_system_call, "guessed from a register"},
    {"make a terminal for a program", false, open_terminal, "programs have our own standard files"},
};

bool is_refusal(int error_number) { return error_number == EPERM || error_number == EACCES; }

// ENOSYS is the answer of newer container engines' filters.
Trial judged(const Row& row, const Ending& ending, std::optional<Pid> pid) {
  Trial trial{.what = row.what, .works = false, .needed = row.needed, .detail = {}};
  const auto& [outcome, signal] = ending;
  if (signal == 0 && outcome.error_number == 0) {
    trial.works = true;
    if (outcome.count != 0) trial.detail = std::to_string(outcome.count) + " of " + std::to_string(slots);
    return trial;
  }
  if (signal == SIGSYS) {
    trial.detail = "a seccomp filter kills whoever tries";
    trial.remedy = Remedy::seccomp_profile;
  } else if (signal != 0) {
    trial.detail = "whoever tried it was ended by signal " + std::to_string(signal);
  } else if (row.needed && is_refusal(outcome.error_number)) {
    const auto diagnosis = diagnose(pid);
    trial.detail = diagnosis.text();
    trial.remedy = diagnosis.remedy;
  } else {
    trial.detail = std::generic_category().message(outcome.error_number);
  }
  if (row.attempt == keep_addresses) trial.remedy = Remedy::seccomp_profile;
  if (*row.without != '\0') trial.detail += ": " + std::string(row.without);
  return trial;
}

// Of our own, one that is no descendant of the process that tries: to Yama that makes a difference.
Trial try_to_attach(const Row& row, std::optional<Pid> pid) {
  const Tracee sleeper(nothing);
  const auto whom = pid.value_or(Pid{sleeper.pid()});
  auto trial = judged(row, apart(row.attempt, whom), whom);
  trial.what += pid ? " to process " + std::to_string(number(*pid)) : " to a process of this user";
  return trial;
}

}  // namespace

std::vector<Trial> try_abilities(std::optional<Pid> pid) {
  std::vector<Trial> out;
  out.reserve(std::size(rows));
  for (const auto& row : rows)
    out.push_back(row.attempt == attach_to ? try_to_attach(row, pid) : judged(row, apart(row.attempt, {}), {}));
  return out;
}

}  // namespace stub
