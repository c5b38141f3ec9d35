// Works without pause until somebody sets `enough` or two minutes are over; says ten times a second that it works.
#include <stdio.h>
#include <time.h>

volatile long turns;
volatile int enough;

long tenths(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 10 + now.tv_nsec / 100000000;
}

void work(void) {
  for (int i = 0; i < 100000 && !enough; i++) {
    turns++;
  }
}

int main(void) {
  long now = tenths(), end = now + 1200, told = 0;
  setvbuf(stdout, NULL, _IONBF, 0);
  while (!enough && now < end) {
    work();
    now = tenths();
    if (now != told) {
      printf("working\n");
      told = now;
    }
  }
  printf("that was enough\n");
  return 0;
}
