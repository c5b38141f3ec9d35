// A thread and main, with their own copies of variables of two libraries: one linked, one opened from the program's own
// directory when the thread runs already. Only the thread touches the opened one's; then it is closed and opened again.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

int* linked_here(void);

int *linked_of_main, *linked_of_baker, *opened_of_baker;
static int* (*opened_here)(void);
static pthread_barrier_t step;

static void next_step(void) { pthread_barrier_wait(&step); }

static void everyone_is_here(void) {}
static void opened_again(void) {}

static void* work(void* unused) {
  linked_of_baker = linked_here();
  *linked_of_baker = 71;
  next_step();  // the library is opened
  next_step();
  opened_of_baker = opened_here();
  *opened_of_baker = 81;
  next_step();  // everyone is here
  next_step();
  printf("the thread has %d and %d\n", *linked_of_baker, *opened_of_baker);
  next_step();  // it is opened again
  next_step();
  return unused;
}

static void* open_library(void) {
  char self[PATH_MAX] = "";
  char name[PATH_MAX + 30];
  readlink("/proc/self/exe", self, sizeof self - 1);
  snprintf(name, sizeof name, "%s/libopened_locals.so", dirname(self));
  void* library = dlopen(name, RTLD_NOW);
  if (library) opened_here = (int* (*)(void))dlsym(library, "opened_here");
  return library;
}

int main(void) {
  pthread_t thread;
  linked_of_main = linked_here();
  pthread_barrier_init(&step, 0, 2);
  pthread_create(&thread, 0, work, 0);
  pthread_setname_np(thread, "baker");
  next_step();
  void* library = open_library();
  if (!library) {
    printf("%s\n", dlerror());
    return 1;
  }
  next_step();
  next_step();
  everyone_is_here();
  next_step();
  next_step();
  dlclose(library);
  open_library();
  opened_again();
  next_step();
  pthread_join(thread, 0);
  return 0;
}
