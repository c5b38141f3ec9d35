// Runs itself as a new process (posix_spawn: vfork and exec) that calls work(); then calls it too.
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

extern char** environ;

void work(const char* who) {
  printf("%s worked\n", who);
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IONBF, 0);
  if (argc > 1) {
    work(argv[1]);
    return 3;
  }
  int status;
  pid_t child;
  char* arguments[] = {argv[0], "spawned", NULL};
  if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ) != 0) {
    return 1;
  }
  waitpid(child, &status, 0);
  printf("child status %#x\n", status);
  work("parent");
  return 0;
}
