// Counts SIGUSR1 in a handler and exits with the number after two of them.
#include <signal.h>

#include "tell.h"

static volatile int count;

static void on_signal(int signal) {
  (void)signal;
  count = count + 1;
}

int main(void) {
  signal(SIGUSR1, on_signal);
  TELL(on_signal, &count);
  raise(SIGUSR1);
  raise(SIGUSR1);
  return count;
}
