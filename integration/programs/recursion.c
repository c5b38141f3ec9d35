// A function that calls itself: a step over the call, or a finish, must wait for the right frame.
#include <stdio.h>

int factorial(int number) {
  int below = 1;
  if (number > 1) {
    below = factorial(number - 1);  // the recursive call
  }
  return number * below;  // after the recursive call
}

int main(void) {
  int result = factorial(5);
  printf("factorial gave %d\n", result);
  return 0;
}
