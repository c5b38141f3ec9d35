// The first thread ends before the other, which ends the program when it is told to.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

volatile int enough;
volatile int delay;  // microseconds
volatile int settled;

void* stay(void* nothing) {
  while (!enough) {
    usleep(1000);
    settled = 1;
  }
  puts("the second ends it");
  exit(4);
  return nothing;
}

void leave(void) {
  usleep(delay);
  pthread_exit(NULL);
}

int main(void) {
  pthread_t second;
  pthread_create(&second, NULL, stay, NULL);
  // pthread_exit loads a library, and waits for a thread that is stopped where the dynamic linker binds its first call.
  while (!settled) usleep(1000);
  leave();
}
