// Four rounds of four threads that each call work() once; exits with the number of calls.
#include <pthread.h>

#include "tell.h"

static int count;

__attribute__((noinline)) void* work(void* argument) {
  __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
  return argument;
}

int main(void) {
  TELL(work, &count);
  for (int round = 0; round < 4; ++round) {
    pthread_t threads[4];
    for (int i = 0; i < 4; ++i) pthread_create(&threads[i], 0, work, 0);
    for (int i = 0; i < 4; ++i) pthread_join(threads[i], 0);
  }
  return count;
}
