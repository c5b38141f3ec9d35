// Calls a function three times and exits with 7 if all three calls did their work.
#include "tell.h"

static volatile long count;

__attribute__((noinline)) void work(void) { count = count + 1; }

int main(void) {
  TELL(work, &count);
  work();
  work();
  work();
  return count == 3 ? 7 : 1;
}
