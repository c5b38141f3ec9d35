// Two threads and main, each with its own copies of the program's variables.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static _Thread_local int given = 5;
static _Thread_local _Alignas(64) int number;
int* places[3];  // of each thread's number
static pthread_barrier_t begun, told;

static void everyone_is_here(void) {}

static void be(int who) {
  number = 10 * who;
  places[who] = &number;
}

static void* work(void* who) {
  be(*(int*)who);
  pthread_barrier_wait(&begun);
  pthread_barrier_wait(&told);
  printf("thread %d has %d and %d\n", *(int*)who, given, number);
  return 0;
}

int main(void) {
  static const char* names[] = {"baker", "brewer"};
  static int who[] = {1, 2};
  pthread_t threads[2];
  be(0);
  close(-1);  // sets errno, which is such a variable too
  pthread_barrier_init(&begun, 0, 3);
  pthread_barrier_init(&told, 0, 3);
  for (int i = 0; i < 2; ++i) {
    pthread_create(&threads[i], 0, work, &who[i]);
    pthread_setname_np(threads[i], names[i]);
  }
  pthread_barrier_wait(&begun);
  everyone_is_here();
  pthread_barrier_wait(&told);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], 0);
  return 0;
}
