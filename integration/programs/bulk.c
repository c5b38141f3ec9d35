// Fills one MiB with bytes that do not repeat, writes them to the file named by its argument, then calls filled().
#include <stdio.h>

unsigned char bulk[1 << 20];

void filled(void) {
}

int main(int argc, char** argv) {
  unsigned state = 12345;
  for (unsigned i = 0; i < sizeof bulk; i++) {
    state = state * 1103515245 + 12345;
    bulk[i] = state >> 16;
  }
  FILE* file = argc > 1 ? fopen(argv[1], "wb") : NULL;
  if (!file || fwrite(bulk, sizeof bulk, 1, file) != 1 || fclose(file) != 0) {
    return 1;
  }
  filled();
  return 0;
}
