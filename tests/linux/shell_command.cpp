// Shell commands of clients. Here the test reaps the children.
#include "stub/linux/shell_command.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <thread>

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

constexpr std::size_t most_output = 100'000;

std::shared_ptr<ShellCommand> started(ShellRequest request) {
  sigset_t mask;
  ::sigemptyset(&mask);
  auto shell = ShellCommand::start(request, mask, most_output);
  if (!shell) throw std::runtime_error(shell.error().text);
  return *shell;
}

void reap(ShellCommand& shell, int options = 0) {
  int status = 0;
  if (::waitpid(number(shell.pid()), &status, options) <= 0) return;
  if (WIFEXITED(status)) shell.ended(wait_status::Exited{WEXITSTATUS(status)});
  if (WIFSIGNALED(status)) shell.ended(wait_status::Killed{KernelSignal{static_cast<std::uint8_t>(WTERMSIG(status))}});
}

ShellOutcome outcome(ShellRequest request) {
  const auto shell = started(std::move(request));
  for (;;) {
    if (const auto what = shell->look()) return *what;
    reap(*shell, WNOHANG);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

ShellRequest line(std::string command) {
  return {.command = std::move(command), .working_directory = {}, .timeout = {}};
}

bool exists(Pid pid) { return ::kill(number(pid), 0) == 0 || errno != ESRCH; }

}  // namespace

TEST_CASE("a shell command has a status and what it has printed on both streams") {
  const auto what = outcome(line("echo one; echo two >&2; exit 3"));
  CHECK(what.status == 3);
  CHECK(what.signal == signals::none);
  CHECK(what.output == "one\ntwo\n");
  CHECK_FALSE(what.cut);
  CHECK_FALSE(what.timed_out);
}

TEST_CASE("a shell command that a signal ends is told as a shell does") {
  const auto what = outcome(line("kill -USR1 $$"));
  CHECK(what.status == 128 + 10);
  CHECK(what.signal == KernelSignal{10});
}

TEST_CASE("a shell command runs where it is told to, without input, and dies of a broken pipe") {
  auto request = line("pwd; cat; yes | head -n 1");
  request.working_directory = "/proc";
  CHECK(outcome(std::move(request)).output == "/proc\ny\n");
}

TEST_CASE("without the folder there is no shell command") {
  auto request = line("pwd");
  request.working_directory = "/none";
  sigset_t mask;
  ::sigemptyset(&mask);
  const auto shell = ShellCommand::start(request, mask, most_output);
  REQUIRE_FALSE(shell);
  CHECK(shell.error().number == ENOENT);
}

TEST_CASE("of much output the first part is kept, and the command is not held up by the rest") {
  const auto what = outcome(line("head -c 3000000 /dev/zero; exit 4"));
  CHECK(what.output.size() == most_output);
  CHECK(what.cut);
  CHECK(what.status == 4);
}

TEST_CASE("when its time is over a shell command is killed with all that it has started") {
  auto request = line("sleep 1000 & echo $!; wait");
  request.timeout = std::chrono::seconds(1);
  const auto what = outcome(std::move(request));
  CHECK(what.timed_out);
  CHECK(what.signal == signals::kill);
  const Pid child{std::stoi(what.output)};
  while (exists(child) && ::waitpid(number(child), nullptr, WNOHANG) <= 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  SUCCEED("the child is gone");
}

TEST_CASE("what a shell command leaves running holds nobody up") {
  CHECK(outcome(line("sleep 5 & echo done")).output == "done\n");
}

TEST_CASE("a shell command that nobody waits for any more is killed") {
  auto shell = started(line("sleep 1000"));
  const auto pid = number(shell->pid());
  shell.reset();
  int status = 0;
  CHECK(::waitpid(pid, &status, 0) == pid);
  CHECK(WIFSIGNALED(status));
}
