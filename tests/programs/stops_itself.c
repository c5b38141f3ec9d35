// Stops itself as a job, then exits with 2.
#include <signal.h>

int main(void) {
  raise(SIGSTOP);
  return 2;
}
