#include "stub/linux/shell_command.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace stub {
namespace {

// posix_spawn's two objects, for as long as it needs them.
struct SpawnPlan {
  SpawnPlan() {
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&files);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }

  // We ignore SIGPIPE, and what we block is ours to block.
  void set_signals(const sigset_t& mask) {
    sigset_t defaults;
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setsigmask(&attributes, &mask);
    constexpr int flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    ::posix_spawnattr_setflags(&attributes, flags);
  }

  void set_files(const std::string& folder, int output) {
    if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&files, folder.c_str());
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  }

  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t files{};
};

}  // namespace

Result<std::shared_ptr<ShellCommand>> ShellCommand::start(const ShellRequest& request, const sigset_t& signal_mask,
                                                          std::size_t most_output) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_system(errno, "cannot make a pipe");
  Fd output(ends[0]);
  const Fd input(ends[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  SpawnPlan plan;
  plan.set_signals(signal_mask);
  plan.set_files(request.working_directory, input.get());
  constexpr const char* shell = "/bin/sh";
  const std::array<std::string, 3> words = {"sh", "-c", request.command};
  const std::array<char*, 4> arguments = {const_cast<char*>(words[0].c_str()), const_cast<char*>(words[1].c_str()),
                                          const_cast<char*>(words[2].c_str()), nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, shell, &plan.files, &plan.attributes, arguments.data(), ::environ);
  if (error != 0) return fail_system(error, std::string("cannot run ") + shell + ": " + std::strerror(error));
  return std::shared_ptr<ShellCommand>(new ShellCommand(Pid{pid}, std::move(output), request, most_output));
}

ShellCommand::ShellCommand(Pid pid, Fd output, const ShellRequest& request, std::size_t most_output)
    : pid_(pid), output_(std::move(output)), most_output_(most_output) {
  if (request.timeout) deadline_ = Clock::now() + *request.timeout;
}

ShellCommand::~ShellCommand() {
  if (!ended_) kill_group();
}

void ShellCommand::kill_group() const { ::kill(-number(pid_), SIGKILL); }

void ShellCommand::ended(const WaitReason& reason) {
  ended_ = true;
  if (const auto* exited = std::get_if<wait_status::Exited>(&reason)) outcome_.status = exited->code;
  if (const auto* killed = std::get_if<wait_status::Killed>(&reason)) {
    outcome_.signal = killed->signal;
    outcome_.status = shell_status(killed->signal);
  }
}

// What runs on behind it may hold its output open: its end is the end, not the pipe's.
std::optional<ShellOutcome> ShellCommand::look() {
  read_output();
  if (!ended_ && !outcome_.timed_out && deadline_ && Clock::now() >= *deadline_) {
    outcome_.timed_out = true;
    kill_group();
  }
  if (!ended_) return std::nullopt;
  return outcome_;
}

// Not for longer than a moment: it may print faster than we read.
void ShellCommand::read_output() {
  constexpr int most_pieces = 64;
  std::array<char, 16384> piece{};
  for (int i = 0; i < most_pieces; ++i) {
    const auto got = ::read(output_.get(), piece.data(), piece.size());
    if (got <= 0) return;
    const auto count = static_cast<std::size_t>(got);
    const auto kept = std::min(count, most_output_ - outcome_.output.size());
    outcome_.output.append(piece.data(), kept);
    outcome_.cut |= kept < count;
  }
}

}  // namespace stub
