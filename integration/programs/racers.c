// Two threads that each raise a counter of their own, until somebody sets `enough` or two minutes are over.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <time.h>

volatile long left_turns, right_turns;
volatile int enough;

void both_run(void) {
}

void* left(void* unused) {
  pthread_setname_np(pthread_self(), "left");
  while (!enough) {
    left_turns++;
  }
  return unused;
}

void* right(void* unused) {
  pthread_setname_np(pthread_self(), "right");
  while (!enough) {
    right_turns++;
  }
  return unused;
}

int main(void) {
  pthread_t threads[2];
  time_t end = time(NULL) + 120;
  pthread_create(&threads[0], NULL, left, NULL);
  pthread_create(&threads[1], NULL, right, NULL);
  while (left_turns == 0 || right_turns == 0) {
  }
  printf("both run\n");
  fflush(stdout);
  both_run();
  while (!enough) {
    struct timespec pause = {0, 10000000};
    nanosleep(&pause, NULL);
    enough = enough || time(NULL) > end;
  }
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  printf("the race is over\n");
  return 0;
}
