// Says a number every 10 ms, one higher each time, for two minutes or until its standard input ends.
#include <poll.h>
#include <stdio.h>

int ticks;

void tick(void) {
  ticks++;
  printf("tick %d\n", ticks);
}

int main(void) {
  struct pollfd input = {0, POLLIN, 0};
  setvbuf(stdout, NULL, _IONBF, 0);
  while (ticks < 12000 && poll(&input, 1, 10) == 0) {
    tick();
  }
  printf("stopped ticking\n");
  return 0;
}
