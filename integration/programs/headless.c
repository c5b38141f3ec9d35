// The first thread ends before the other, which ends the program when it is told to.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

volatile int enough;
volatile int delay;  // microseconds

void* stay(void* nothing) {
  while (!enough) usleep(1000);
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
  leave();
}
