// A vfork child, in the parent's memory, calls work(); then the parent calls it too.
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int worked;

void work(void) {
  worked++;
}

int main(void) {
  int status;
  pid_t child = vfork();
  if (child == 0) {
    work();
    _exit(3);
  }
  waitpid(child, &status, 0);
  printf("child status %#x\n", status);
  work();
  printf("worked %d times\n", worked);
  return 0;
}
