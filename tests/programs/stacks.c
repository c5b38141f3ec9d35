// Stacks of every kind. Each ends in stop(), which tells; the first argument says which.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tell.h"

static pthread_barrier_t all_there;
static volatile int zero;

__attribute__((noinline)) void stop(void) { TELL(1, 2); }

__attribute__((noinline)) long descend(long depth) {
  if (depth == 0) stop();
  return depth == 0 ? 0 : descend(depth - 1) + 1;
}

__attribute__((noinline)) void in_handler(int signal) {
  (void)signal;
  stop();
}

__attribute__((noinline)) void raise_here(void) {
  signal(SIGUSR1, in_handler);
  kill(getpid(), SIGUSR1);
}

// In the main thread it tells, once all are there.
static void* wait_in_thread(void* unused) {
  pthread_barrier_wait(&all_there);
  for (;;) pause();
  return unused;
}

__attribute__((noinline)) void start_threads(int count) {
  pthread_t thread;
  pthread_barrier_init(&all_there, 0, (unsigned)count + 1);
  for (int i = 0; i < count; i++) pthread_create(&thread, 0, wait_in_thread, 0);
  pthread_barrier_wait(&all_there);
  stop();
}

__attribute__((noinline)) void call_null(void) {
  void (*nothing)(void) = (void (*)(void))(long)zero;
  nothing();
}

__attribute__((noinline)) void overrun(void) {
  char room[16];
  char* volatile past = room;
  memset(past, 0x41, 64);
  stop();
}

int main(int argc, char** argv) {
  const char* kind = argc > 1 ? argv[1] : "deep";
  const int count = argc > 2 ? atoi(argv[2]) : 3;
  if (strcmp(kind, "deep") == 0) descend(count);
  if (strcmp(kind, "signal") == 0) raise_here();
  if (strcmp(kind, "threads") == 0) start_threads(count);
  if (strcmp(kind, "null") == 0) call_null();
  if (strcmp(kind, "overrun") == 0) overrun();
  return 0;
}
