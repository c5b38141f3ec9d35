// Maps two pages, fills the first with 0x5a and unmaps the second.
#include <string.h>
#include <sys/mman.h>

#include "tell.h"

int main(void) {
  char* pages = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(pages, 0x5a, 4096);
  munmap(pages + 4096, 4096);
  TELL(pages, pages + 4096);
  char* guarded = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TELL(guarded, 0);
  return pages[0] == 1 && pages[4095] == 2 && guarded[7] == 3 ? 0 : 1;
}
