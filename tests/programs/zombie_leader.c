// The first thread ends; the second raises SIGUSR1 and ends the process with 6; with an argument it
// tells of a variable before.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "tell.h"

static int tells;
static volatile long value = 0x1122334455667788;

static void* last(void* argument) {
  raise(SIGUSR1);
  if (tells) TELL(&value, 0);
  _exit(6);
  return argument;
}

int main(int argc, char** argv) {
  (void)argv;
  tells = argc > 1;
  pthread_t thread;
  pthread_create(&thread, 0, last, 0);
  pthread_exit(0);
}
