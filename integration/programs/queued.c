// Sends itself SIGUSR1 with the value 5 and says which value its handler got.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

volatile int value = -1;

void handler(int number, siginfo_t* info, void* context) {
  (void)number;
  (void)context;
  value = info->si_value.sival_int;
}

int twice(int number) {
  return 2 * number;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 5});
  printf("value %d\n", value);
  return 0;
}
