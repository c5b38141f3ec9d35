// Writes a variable twice, the second time from another thread.
#include <pthread.h>

#include "tell.h"

static volatile long watched;

static void* write_it(void* argument) {
  watched = 2;
  return argument;
}

int main(void) {
  TELL(&watched, 0);
  watched = 1;
  pthread_t thread;
  pthread_create(&thread, 0, write_it, 0);
  pthread_join(thread, 0);
  return (int)watched;
}
