// Forks a child that calls work() and exits with 5; exits with 0 if its parent sees just that.
#include <sys/wait.h>
#include <unistd.h>

#include "tell.h"

static volatile int done;

__attribute__((noinline)) void work(void) { done = 1; }

int main(void) {
  TELL(work, &done);
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(done ? 5 : 6);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 5 && !done ? 0 : 1;
}
