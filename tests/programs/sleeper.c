// Three threads that run until standard input ends, then exits with 3. Says "ready" first; with an argument it stops
// itself as a job before that.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile long count;

__attribute__((noinline)) void work(void) { count = count + 1; }

static void* loop(void* argument) {
  for (;;) {
    work();
    usleep(1000);
  }
  return argument;
}

static void count_signal(int signal) {
  (void)signal;
  if (write(1, "signal\n", 7) != 7) _exit(9);
}

int main(int argc, char** argv) {
  (void)argv;
  signal(SIGUSR1, count_signal);
  pthread_t thread;
  pthread_create(&thread, 0, loop, 0);
  pthread_create(&thread, 0, loop, 0);
  printf("ready %p\n", (void*)work);
  fflush(stdout);
  if (argc > 1) raise(SIGSTOP);
  char byte;
  while (read(0, &byte, 1) > 0) {}
  return 3;
}
