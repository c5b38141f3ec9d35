// Three threads that raise SIGUSR1 each and then spin; SIGUSR2 has a handler.
#include <pthread.h>
#include <signal.h>

static volatile int spin = 1;

static void nothing(int signal) { (void)signal; }

static void* work(void* argument) {
  raise(SIGUSR1);
  while (spin) {}
  return argument;
}

int main(void) {
  pthread_t thread;
  signal(SIGUSR2, nothing);
  pthread_create(&thread, 0, work, 0);
  pthread_create(&thread, 0, work, 0);
  work(0);
  return 0;
}
