// Of three threads one, not the first, executes the program exits_6 that lies beside this one.
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static char path[4096];

static void* wait_for_ever(void* argument) {
  for (;;) pause();
  return argument;
}

static void* become(void* argument) {
  execl(path, path, (char*)0);
  _exit(99);
  return argument;
}

int main(void) {
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 16);
  path[length] = 0;
  strcpy(strrchr(path, '/'), "/exits_6");
  pthread_t thread;
  pthread_create(&thread, 0, wait_for_ever, 0);
  pthread_create(&thread, 0, become, 0);
  wait_for_ever(0);
  return 0;
}
