// Sends itself SIGUSR1 and says how often the handler ran.
#include <signal.h>
#include <stdio.h>

volatile int handled;

void handler(int number) {
  (void)number;
  handled++;
}

int main(void) {
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  printf("handled %d\n", handled);
  return 0;
}
