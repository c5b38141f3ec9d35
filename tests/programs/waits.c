// Waits in the system call that its argument names and exits with 0 if that came back as it should, however often
// somebody has looked at it meanwhile. `waiting` tells that the wait is about to begin.
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tell.h"

static volatile int waiting;

static int sleeps(void) {
  const struct timespec while_ = {0, 300000000};
  struct timespec before, after, rest;
  clock_gettime(CLOCK_MONOTONIC, &before);
  if (nanosleep(&while_, &rest) != 0) return 1;
  clock_gettime(CLOCK_MONOTONIC, &after);
  const long long passed = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
  return passed >= 300000000 ? 0 : 2;
}

static int polls(void) { return poll(0, 0, 300) == 0 ? 0 : 3; }

// A child, not traced by then, writes later.
static int reads(void) {
  int ends[2];
  char byte = 0;
  if (pipe(ends) != 0) return 4;
  if (fork() == 0) {
    poll(0, 0, 300);
    _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
  }
  return read(ends[0], &byte, 1) == 1 && byte == 'x' ? 0 : 5;
}

int main(int argc, char** argv) {
  if (argc < 2) return 6;
  TELL(&waiting, 0);
  waiting = 1;
  if (strcmp(argv[1], "nanosleep") == 0) return sleeps();
  if (strcmp(argv[1], "poll") == 0) return polls();
  return reads();
}
