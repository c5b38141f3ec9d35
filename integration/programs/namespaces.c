// Opens libopened_locals.so from its own directory twice: as its own, and in a namespace of its own (dlmopen). Each has
// its own thread-local variable.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

int *place_of_own, *place_of_other;

static void both_are_open(void) {}
static void one_is_closed(void) {}

static void* open_in(Lmid_t namespace) {
  char self[PATH_MAX] = "";
  char name[PATH_MAX + 30];
  readlink("/proc/self/exe", self, sizeof self - 1);
  snprintf(name, sizeof name, "%s/libopened_locals.so", dirname(self));
  return dlmopen(namespace, name, RTLD_NOW);
}

static int* place_in(void* library) {
  int* (*opened_here)(void) = (int* (*)(void))dlsym(library, "opened_here");
  return opened_here();
}

int main(void) {
  void* mine = open_in(LM_ID_BASE);
  void* other = open_in(LM_ID_NEWLM);
  if (!mine || !other) {
    printf("%s\n", dlerror());
    return 1;
  }
  place_of_own = place_in(mine);
  place_of_other = place_in(other);
  *place_of_own = 1;
  *place_of_other = 2;
  both_are_open();
  place_in(other);
  printf("the two have %d and %d\n", *place_of_own, *place_of_other);
  dlclose(other);
  one_is_closed();
  return 0;
}
