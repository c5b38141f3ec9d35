// A megabyte of zeros with the same eight bytes in three places, one of them across a page, before a page that cannot be
// read.
#include <string.h>
#include <sys/mman.h>

#define SIZE (1 << 20)

char* haystack;
const char needle[8] = {'n', 'e', 'e', 'd', 'l', 'e', '1', '2'};

void hidden(void) {
}

int main(void) {
  haystack = mmap(NULL, SIZE + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(haystack + SIZE, 4096, PROT_NONE);
  memcpy(haystack + 100, needle, sizeof needle);
  memcpy(haystack + 0x40000 - 3, needle, sizeof needle);
  memcpy(haystack + SIZE - sizeof needle, needle, sizeof needle);
  hidden();
  return 0;
}
