// Two threads that visit the same function again and again, each with a number one higher at every visit, until
// somebody sets `enough` or two minutes are over.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <time.h>

struct visitor {
  const char* name;
  long visits;
};

volatile int enough;
time_t end;

void visit(struct visitor* who, long number) {
  who->visits = number;
}

void* live(void* visitor) {
  struct visitor* me = visitor;
  pthread_setname_np(pthread_self(), me->name);
  for (long number = 1; !enough; number++) {
    visit(me, number);
    if (number % 1024 == 0 && time(NULL) > end) {
      enough = 1;
    }
  }
  return NULL;
}

int main(void) {
  struct visitor visitors[] = {{"left", 0}, {"right", 0}};
  pthread_t threads[2];
  end = time(NULL) + 120;
  for (int i = 0; i < 2; i++) {
    pthread_create(&threads[i], NULL, live, &visitors[i]);
  }
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  printf("the storm is over\n");
  return 0;
}
