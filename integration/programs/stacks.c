// A thread waits in idle(), another calls itself in dig(), and the first is in a signal's handler, in handle(), for as
// long as standard input is open.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static pthread_barrier_t all_there;

static void rest(void) {
  for (;;) pause();
}

__attribute__((noinline)) void dig(int depth) {
  if (depth > 0) {
    dig(depth - 1);
  } else {
    pthread_barrier_wait(&all_there);
    rest();
  }
}

void* digger(void* unused) {
  dig(5);
  return unused;
}

void* idle(void* unused) {
  pthread_barrier_wait(&all_there);
  rest();
  return unused;
}

void all_started(void) {}

void handle(int signal_number) {
  char byte;
  pthread_barrier_wait(&all_there);
  printf("in handler %d\n", signal_number);
  fflush(stdout);
  all_started();
  while (read(0, &byte, 1) > 0) {}
}

int main(void) {
  pthread_t threads[2];
  pthread_barrier_init(&all_there, NULL, 3);
  signal(SIGUSR1, handle);
  pthread_create(&threads[0], NULL, digger, NULL);
  pthread_create(&threads[1], NULL, idle, NULL);
  raise(SIGUSR1);
  return 3;
}
