// Sends itself SIGUSR1 with the value 5; exits with the value that its handler got, or with 99 if it got none.
#include <signal.h>
#include <unistd.h>

static volatile int value = 99;

static void handler(int number, siginfo_t* info, void* context) {
  (void)number;
  (void)context;
  value = info->si_value.sival_int;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 5});
  return value;
}
