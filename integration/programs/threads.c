// Four named threads, each waiting in a function of its own, when everyone_is_here() is called.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>

pthread_barrier_t here, done;
__thread int letters;  // of the thread's name

void wait_for_the_end(void) {
  pthread_barrier_wait(&here);
  pthread_barrier_wait(&done);
}

void bake(void) { wait_for_the_end(); }
void brew(void) { wait_for_the_end(); }
void carve(void) { wait_for_the_end(); }
void dig(void) { wait_for_the_end(); }

struct trade {
  const char* name;
  void (*work)(void);
};

struct trade trades[] = {{"baker", bake}, {"brewer", brew}, {"carver", carve}, {"digger", dig}};

void* live(void* trade) {
  struct trade* mine = trade;
  pthread_setname_np(pthread_self(), mine->name);
  letters = strlen(mine->name);
  mine->work();
  return NULL;
}

void everyone_is_here(void) {
}

int main(void) {
  pthread_t threads[4];
  pthread_barrier_init(&here, NULL, 5);
  pthread_barrier_init(&done, NULL, 5);
  for (int i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, live, &trades[i]);
  }
  pthread_barrier_wait(&here);
  everyone_is_here();
  pthread_barrier_wait(&done);
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
  }
  printf("all four are done\n");
  return 0;
}
