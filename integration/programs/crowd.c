// Four threads call meet() 25 times each, all at the same time.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

pthread_barrier_t start;
atomic_int meetings;

void meet(void) {
  meetings++;
}

void* come(void* unused) {
  pthread_barrier_wait(&start);
  for (int turn = 0; turn < 25; turn++) {
    meet();
  }
  return unused;
}

int main(void) {
  pthread_t threads[4];
  pthread_barrier_init(&start, NULL, 4);
  for (int i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, come, NULL);
  }
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
  }
  printf("met %d times\n", meetings);
  return 0;
}
