// Ends as its first argument says; "tree" is the grandparent of one that crashes.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int* nowhere = 0;

void crash(void) {
  *nowhere = 1;
}

void leave(int signal) {
  _exit(40 + signal);
}

int start(char* self, char* what) {
  int status = 0;
  if (fork() == 0) {
    execl(self, self, what, (char*)0);
    _exit(9);
  }
  wait(&status);
  return WIFSIGNALED(status) ? 100 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int count, char** words) {
  char* what = count > 1 ? words[1] : "crash";
  if (!strcmp(what, "tree")) return start(words[0], "middle");
  if (!strcmp(what, "middle")) return start(words[0], "crash");
  if (!strcmp(what, "abort")) abort();
  if (!strcmp(what, "trap")) __asm__("int3");
  if (!strcmp(what, "orphan") && fork() == 0) {
    sleep(2);
    _exit(write(1, "orphan done\n", 12) != 12);
  }
  if (!strcmp(what, "orphan")) return 3;
  if (!strcmp(what, "terminated")) signal(SIGTERM, leave);
  if (!strcmp(what, "hang") || !strcmp(what, "terminated")) {
    if (write(1, "ready\n", 6) != 6) return 1;
    for (;;) pause();
  }
  if (!strcmp(what, "blocked")) {
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, 0);
    raise(SIGSEGV);
    return 6;
  }
  if (!strcmp(what, "ignored")) {
    signal(SIGSEGV, SIG_IGN);
    raise(SIGSEGV);
    return 5;
  }
  if (!strcmp(what, "handled")) signal(SIGSEGV, leave);
  crash();
  return 0;
}
