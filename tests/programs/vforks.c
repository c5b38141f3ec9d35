// A vfork whose child calls work() and exits with 5; exits with 1 if that is what the parent sees. With an
// argument it tells of work() first.
#include <sys/wait.h>
#include <unistd.h>

#include "tell.h"

static volatile int done;

__attribute__((noinline)) void work(void) { done = 1; }

int main(int argc, char** argv) {
  (void)argv;
  if (argc > 1) TELL(work, &done);
  const pid_t child = vfork();
  if (child == 0) {
    work();
    _exit(5);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 5 && done ? 1 : 2;
}
