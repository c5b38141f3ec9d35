#include "stub/linux/spawn.hpp"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "protocol/cursor.hpp"
#include "stub/linux/fd.hpp"
#include "stub/linux/stand_in.hpp"

namespace stub {
namespace {

// What the child tells before it becomes the program, or instead.
struct Report {
  enum class What : std::uint8_t { no_randomization_control, no_directory, no_file, exec_failed } what{};
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

// All that the child needs, made before the fork: between fork and exec only async-signal-safe calls are allowed.
struct Start {
  const LaunchRequest& request;
  const char* program;
  char* const* arguments;
  char* const* environment;
  const sigset_t& mask;
  SpawnManner manner;
};

[[noreturn]] void give_up(int reports, Report::What what) {
  send(reports, {what, errno});
  ::_exit(127);
}

void open_files(const std::array<std::string, 3>& files, int reports) {
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    const auto& name = files[static_cast<std::size_t>(descriptor)];
    if (name.empty()) continue;
    constexpr mode_t mode = 0666;
    const int flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT;
    const int opened = ::open(name.c_str(), flags | O_NOCTTY, mode);
    if (opened < 0 || ::dup2(opened, descriptor) < 0) give_up(reports, Report::What::no_file);
    if (opened != descriptor) ::close(opened);
  }
}

// The gate is closed once we are seized.
[[noreturn]] void become(const Start& start, int gate, int reports) {
  char byte = 0;
  while (::read(gate, &byte, 1) < 0 && errno == EINTR) {}
  const bool is_debuggee = start.manner == SpawnManner::debuggee;
  if (is_debuggee) ::setpgid(0, 0);  // so that a signal to its own group does not hit us
  const auto& request = start.request;
  if (!request.working_directory.empty() && ::chdir(request.working_directory.c_str()) != 0)
    give_up(reports, Report::What::no_directory);
  open_files(request.files, reports);
  if (request.disable_randomization) {
    const int old = ::personality(0xffffffff);
    if (old < 0 || ::personality(static_cast<unsigned>(old) | ADDR_NO_RANDOMIZE) < 0)
      send(reports, {Report::What::no_randomization_control, errno});
  }
  if (is_debuggee) {
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGTTOU, SIG_DFL);
  } else {
    restore_broken_pipes();
  }
  ::sigprocmask(SIG_SETMASK, &start.mask, nullptr);
  // Not execvp: it would run what is no program with a shell.
  ::execve(start.program, start.arguments, start.environment);
  give_up(reports, Report::What::exec_failed);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, __WALL) < 0 && errno == EINTR) {}
  return status;
}

// Runs the child up to its last exec; its children on the way there are let go. A wait status if it ended before.
std::optional<int> reach_exec(pid_t pid, unsigned execs) {
  for (;;) {
    const int status = wait_for(pid);
    if (!WIFSTOPPED(status)) return status;
    const int event = status >> 16;
    if (event == PTRACE_EVENT_EXEC && --execs == 0) return std::nullopt;
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
      unsigned long child = 0;
      ::ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &child);
      wait_for(static_cast<pid_t>(child));
      ::ptrace(PTRACE_DETACH, static_cast<pid_t>(child), nullptr, nullptr);
    }
    ::ptrace(PTRACE_CONT, pid, nullptr, event == 0 ? WSTOPSIG(status) : 0);
  }
}

bool is_program(const std::string& path) {
  struct stat facts{};
  return ::access(path.c_str(), X_OK) == 0 && ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

// A bare name of a debuggee is looked for here before $PATH, as gdbserver does.
std::string found_program(const std::string& name, SpawnManner manner) {
  if (name.contains('/')) return name;
  if (manner == SpawnManner::debuggee && is_program(name)) return "./" + name;
  const char* path = std::getenv("PATH");
  Cursor folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  while (!folders.done()) {
    const auto candidate = std::string(folders.until(':')) + "/" + name;
    if (is_program(candidate)) return candidate;
  }
  return manner == SpawnManner::debuggee ? name : "";
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (const auto& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

Error exec_error(const std::string& program, int error_number) {
  std::string cure;
  if (error_number == ENOENT) cure = ": check the path, and that its interpreter (ELF loader or #!) is there";
  if (error_number == EACCES) cure = ": make it executable (chmod +x), on a file system not mounted noexec";
  if (error_number == ENOEXEC) cure = ": it is not a program for this machine (a script needs a #! line)";
  return {Errc::cannot_run, "Cannot exec " + program + ": " + std::strerror(error_number) + cure, error_number};
}

Error start_error(const LaunchRequest& request, const Report& report) {
  if (report.what == Report::What::exec_failed) return exec_error(request.arguments.front(), report.error_number);
  const auto& files = request.files;
  const auto subject = report.what == Report::What::no_directory
                           ? "Cannot change to directory " + request.working_directory
                           : "Cannot open " + files[0] + " " + files[1] + " " + files[2] + " for the program";
  return {Errc::cannot_run, subject + ": " + std::strerror(report.error_number), report.error_number};
}

// gdbserver's words, which clients show.
Error early_end(int status) {
  const auto how = WIFEXITED(status) ? "exited with code " + std::to_string(WEXITSTATUS(status))
                                     : "terminated with signal " + std::string(::strsignal(WTERMSIG(status)));
  return {Errc::cannot_run, "During startup program " + how + ".", 0};
}

}  // namespace

Result<pid_t> spawn_traced(const LaunchRequest& request, const sigset_t& mask, long options,
                           const std::function<void(std::string)>& warn, SpawnManner manner) {
  auto gate = TRY(make_pipe());
  auto reports = TRY(make_pipe());
  const auto program = found_program(request.arguments.front(), manner);
  auto arguments = pointers(request.arguments);
  auto environment = request.environment ? pointers(*request.environment) : std::vector<char*>();
  const Start start{request, program.c_str(), arguments.data(), request.environment ? environment.data() : ::environ,
                    mask,    manner};
  const pid_t pid = ::fork();
  if (pid < 0) return fail_system(errno, "cannot fork");
  if (pid == 0) {
    gate.write = Fd();
    become(start, gate.read.get(), reports.write.get());
  }
  reports.write = Fd();
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, options) != 0) {
    const int error_number = errno;
    ::kill(pid, SIGKILL);
    wait_for(pid);
    return fail_system(error_number, "Cannot trace a program");
  }
  gate.write = Fd();
  const auto ended = reach_exec(pid, request.execs);
  Report report;
  while (::read(reports.read.get(), &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
    if (report.what != Report::What::no_randomization_control) return std::unexpected(start_error(request, report));
    warn(std::string("address space randomization stays on (personality: ") + std::strerror(report.error_number) +
         "): the container's seccomp profile forbids the change; harmless for debugging");
  }
  if (ended) return std::unexpected(early_end(*ended));
  return pid;
}

Error exec_as_caller(const std::vector<std::string>& words) {
  const auto program = found_program(words.front(), SpawnManner::as_caller);
  auto arguments = pointers(words);
  ::execve(program.c_str(), arguments.data(), ::environ);
  return exec_error(words.front(), errno);
}

}  // namespace stub
