// Counts to five in tick(), says so, and exits with 5.
#include <stdio.h>

int count;

void tick(int number) {
  count = number;
}

int main(void) {
  for (int number = 1; number <= 5; number++) {
    tick(number);
  }
  printf("counted to %d\n", count);
  return count;
}
