// Calls work(), which writes a variable, itself, in a child and in a thread; exits with 7 if all came to their ends.
// With an argument it executes itself without instead.
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tell.h"

static volatile long data;

__attribute__((noinline)) void work(void) { data = data + 1; }

static void* run(void* argument) {
  work();
  return argument;
}

int main(int count, char** arguments) {
  TELL(work, &data);
  work();
  if (count > 1) execl(arguments[0], arguments[0], (char*)0);
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(5);
  }
  int status = 0;
  waitpid(child, &status, 0);
  pthread_t thread;
  pthread_create(&thread, 0, run, 0);
  pthread_join(thread, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 5 && data == 2 ? 7 : 1;
}
