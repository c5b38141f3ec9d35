// Changes one global three times: 0, 11, 22, 33.
#include <stdio.h>

long watched;
long other;

void change(void) {
  for (int i = 1; i <= 3; i++) {
    other += i;
    watched += 11;
  }
}

int main(void) {
  change();
  printf("watched %ld other %ld\n", watched, other);
  return 0;
}
