// What waitpid(2) returns, value by value.
#include "stub/linux/wait_status.hpp"

#include <sys/ptrace.h>

#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/wait_words.hpp"

namespace stub {
namespace {

struct NoReader final : StatusReader {
  unsigned long event_message() override { return 4711; }
  int signal_code() override { return SI_KERNEL; }
  wait_status::SystemCallStop system_call() override { return {true, 39}; }
};

constexpr int stopped(int signal, int event = 0) { return event << 16 | signal << 8 | 0x7f; }

std::string translated(int status) {
  NoReader reader;
  const auto reason = translate_status(status, reader);
  return reason ? told(*reason) : "nothing";
}

}  // namespace

TEST_CASE("wait statuses are translated") {
  struct Row {
    int status;
    const char* meaning;
  };
  const Row rows[] = {
      {0, "exited 0"},
      {255 << 8, "exited 255"},
      {SIGKILL, "killed 9"},
      {SIGSEGV | 0x80, "killed 11"},  // with a core dump
      {SIGRTMAX, "killed 64"},
      {stopped(SIGINT), "signal 2"},
      {stopped(SIGSTOP), "signal 19"},
      {stopped(SIGRTMIN), "signal 34"},
      {stopped(SIGTRAP), "signal 5 code 128"},
      {stopped(SIGTRAP | 0x80), "call 39"},
      {stopped(SIGTRAP, PTRACE_EVENT_STOP), "interrupt"},
      {stopped(SIGSTOP, PTRACE_EVENT_STOP), "group stop 19"},
      {stopped(SIGTSTP, PTRACE_EVENT_STOP), "group stop 20"},
      {stopped(SIGTTIN, PTRACE_EVENT_STOP), "group stop 21"},
      {stopped(SIGTTOU, PTRACE_EVENT_STOP), "group stop 22"},
      {stopped(SIGTRAP, PTRACE_EVENT_FORK), "fork"},
      {stopped(SIGTRAP, PTRACE_EVENT_VFORK), "vfork"},
      {stopped(SIGTRAP, PTRACE_EVENT_CLONE), "clone"},
      {stopped(SIGTRAP, PTRACE_EVENT_VFORK_DONE), "vfork done"},
      {stopped(SIGTRAP, PTRACE_EVENT_EXEC), "exec"},
      {stopped(SIGTRAP, PTRACE_EVENT_EXIT), "nothing"},
      {stopped(SIGTRAP, PTRACE_EVENT_SECCOMP), "nothing"},
      {0xffff, "nothing"},  // continued
  };
  for (const auto& row : rows) {
    INFO("status " << std::hex << row.status);
    CHECK(translated(row.status) == row.meaning);
  }
}

TEST_CASE("the event message is the child's number, or the former number of who called exec") {
  NoReader reader;
  const auto fork = translate_status(stopped(SIGTRAP, PTRACE_EVENT_FORK), reader);
  CHECK(std::get<wait_status::NewTask>(*fork).child == Tid{4711});
  const auto exec = translate_status(stopped(SIGTRAP, PTRACE_EVENT_EXEC), reader);
  CHECK(std::get<wait_status::Exec>(*exec).former == Tid{4711});
}

}  // namespace stub
