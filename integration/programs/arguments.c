// Prints its arguments and the environment variable GREETING; exits with their number.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  for (int i = 1; i < argc; i++) {
    printf("argument %d <%s>\n", i, argv[i]);
  }
  printf("GREETING <%s>\n", getenv("GREETING") ? getenv("GREETING") : "");
  return argc - 1;
}
