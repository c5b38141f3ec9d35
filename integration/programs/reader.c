// Waits in read() for its standard input and repeats what comes; ends with the input, or at an error.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char text[100];
  ssize_t length;
  setvbuf(stdout, NULL, _IONBF, 0);
  printf("reading\n");
  while ((length = read(0, text, sizeof text - 1)) > 0) {
    text[length] = 0;
    printf("read %s", text);
  }
  if (length < 0) {
    printf("read failed: %s\n", strerror(errno));
    return 1;
  }
  printf("end of input\n");
  return 0;
}
