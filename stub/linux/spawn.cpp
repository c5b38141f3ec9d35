#include "stub/linux/spawn.hpp"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "protocol/cursor.hpp"
#include "stub/linux/fd.hpp"

namespace stub {
namespace {

// What the child tells before it becomes the program, or instead.
struct Report {
  enum class What : std::uint8_t { no_randomization_control, exec_failed } what{};
  int error_number = 0;
};

struct Pipe {
  Fd read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_system(errno, "cannot make a pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void send(int to, Report report) { static_cast<void>(::write(to, &report, sizeof report)); }

// Between fork and exec: async-signal-safe calls only. The gate is closed once we are seized.
[[noreturn]] void become(const char* program, char* const* arguments, bool disable_randomization, const sigset_t& mask,
                         int gate, int reports) {
  char byte = 0;
  while (::read(gate, &byte, 1) < 0 && errno == EINTR) {}
  ::setpgid(0, 0);  // so that a signal to its own group does not hit us
  if (disable_randomization) {
    const int old = ::personality(0xffffffff);
    if (old < 0 || ::personality(static_cast<unsigned>(old) | ADDR_NO_RANDOMIZE) < 0)
      send(reports, {Report::What::no_randomization_control, errno});
  }
  for (int signal = 1; signal < NSIG; ++signal)
    if (signal == SIGPIPE || signal == SIGTTOU) ::signal(signal, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execve(program, arguments, environ);  // not execvp: it would run what is no program with a shell
  send(reports, {Report::What::exec_failed, errno});
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, __WALL) < 0 && errno == EINTR) {}
  return status;
}

// Runs the child up to its exec. False: it has ended.
bool reach_exec(pid_t pid) {
  for (;;) {
    const int status = wait_for(pid);
    if (!WIFSTOPPED(status)) return false;
    if (status >> 16 == PTRACE_EVENT_EXEC) return true;
    const int event = status >> 16;
    ::ptrace(PTRACE_CONT, pid, nullptr, event == 0 ? WSTOPSIG(status) : 0);
  }
}

// A bare name is looked for here before $PATH, as gdbserver does.
std::string found_program(const std::string& name) {
  if (name.contains('/')) return name;
  if (::access(name.c_str(), X_OK) == 0) return "./" + name;
  const char* path = std::getenv("PATH");
  Cursor folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  while (!folders.done()) {
    const auto candidate = std::string(folders.until(':')) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return name;
}

Error exec_error(const std::string& program, int error_number) {
  std::string cure;
  if (error_number == ENOENT) cure = ": check the path, and that its interpreter (ELF loader or #!) is there";
  if (error_number == EACCES) cure = ": make it executable (chmod +x), on a file system not mounted noexec";
  if (error_number == ENOEXEC) cure = ": it is not a program for this machine (a script needs a #! line)";
  return {Errc::cannot_run, "Cannot exec " + program + ": " + std::strerror(error_number) + cure, error_number};
}

}  // namespace

Result<pid_t> spawn_traced(const LaunchRequest& request, const sigset_t& mask, long options,
                           const std::function<void(std::string)>& warn) {
  auto gate = TRY(make_pipe());
  auto reports = TRY(make_pipe());
  const auto program = found_program(request.arguments.front());
  std::vector<char*> arguments;
  arguments.reserve(request.arguments.size() + 1);
  for (const auto& argument : request.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return fail_system(errno, "cannot fork");
  if (pid == 0) {
    gate.write = Fd();
    become(program.c_str(), arguments.data(), request.disable_randomization, mask, gate.read.get(),
           reports.write.get());
  }
  reports.write = Fd();
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, options) != 0) {
    const int error_number = errno;
    ::kill(pid, SIGKILL);
    wait_for(pid);
    return fail_system(error_number, "Cannot trace a program");
  }
  gate.write = Fd();
  const bool running = reach_exec(pid);
  Report report;
  while (::read(reports.read.get(), &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
    if (report.what == Report::What::exec_failed)
      return std::unexpected(exec_error(request.arguments.front(), report.error_number));
    warn(std::string("address space randomization stays on (personality: ") + std::strerror(report.error_number) +
         "): the container's seccomp profile forbids the change; harmless for debugging");
  }
  if (!running) return fail(Errc::no_process, "the program ended before it was started");
  return pid;
}

}  // namespace stub
