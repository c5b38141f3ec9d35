// Threads come and go all the time, four at once; every tenth of 400 calls meet().
#include <pthread.h>
#include <stdio.h>

int meetings;
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void meet(int meeting) {
  meetings = meeting;
}

void* live_shortly(void* number) {
  if ((long)number % 10 == 0) {
    pthread_mutex_lock(&lock);
    meet(meetings + 1);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

int main(void) {
  for (long round = 0; round < 100; round++) {
    pthread_t threads[4];
    for (long i = 0; i < 4; i++) {
      pthread_create(&threads[i], NULL, live_shortly, (void*)(round * 4 + i));
    }
    for (int i = 0; i < 4; i++) {
      pthread_join(threads[i], NULL);
    }
  }
  printf("met %d times\n", meetings);
  return 0;
}
