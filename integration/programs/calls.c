// outer() calls middle() calls inner(): for backtraces, steps and values that are returned.
#include <stdio.h>

int inner(int number) {
  int doubled = number * 2;
  return doubled;
}

int middle(int number) {
  int before = number + 1;
  int result = inner(before);  // the call of inner
  return result + 100;
}

int outer(int number) {
  return middle(number) + 1000;
}

int square(int number) {
  return number * number;
}

int main(void) {
  printf("outer gave %d\n", outer(20));
  printf("square gave %d\n", square(5));
  return 0;
}
