// Starts exits_6, which lies beside this program, with posix_spawn (a vfork with shared memory) and with fork and
// exec; exits with 0 if both end as they should.
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tell.h"

static char path[4096];

static int result(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 6;
}

int main(void) {
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 16);
  path[length] = 0;
  strcpy(strrchr(path, '/'), "/exits_6");
  char* arguments[] = {path, 0};
  TELL(execve, 0);
  pid_t child = 0;
  if (posix_spawn(&child, path, 0, 0, arguments, 0) != 0 || !result(child)) return 1;
  child = fork();
  if (child == 0) {
    execv(path, arguments);
    _exit(99);
  }
  return result(child) ? 0 : 2;
}
