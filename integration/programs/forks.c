// Forks; child and parent both call work(); the parent says how the child ended.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

void work(const char* who) {
  printf("%s worked\n", who);
}

int main(void) {
  int status;
  setvbuf(stdout, NULL, _IONBF, 0);
  pid_t child = fork();
  if (child == 0) {
    work("child");
    _exit(3);
  }
  waitpid(child, &status, 0);
  printf("child status %#x\n", status);
  work("parent");
  return 0;
}
