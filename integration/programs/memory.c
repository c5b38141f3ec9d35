// Says what is in its memory after look(): a debugger may have changed it.
#include <stdio.h>

int number = 12345;
char text[16] = "as written";

void look(void) {
}

int main(void) {
  look();
  printf("number %d text %s\n", number, text);
  return 0;
}
