// Asks its kernel for a few things by two threads, for one who reads along; then does the same in a child.
// With a number: rests for some seconds, and ends with it.
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int sum = 0;

void count_here(void) {
  for (int i = 0; i < 1000; ++i) sum += i;
}

void rest(void) {
  sleep(3);
}

void rested(void) {}

void* other(void* unused) {
  close(-7);
  return unused;
}

void ask(void) {
  char name[64];
  open("/no/such\tfile", O_RDONLY | O_CLOEXEC);
  int file = open("/proc/self/comm", O_RDONLY);
  read(file, name, sizeof name);
  close(file);
}

int main(int argc, char** argv) {
  pthread_t thread;
  if (argc > 1) {
    rest();
    rested();
    return argv[1][0] - '0';
  }
  count_here();
  ask();
  pthread_create(&thread, 0, other, 0);
  pthread_join(thread, 0);
  if (fork() == 0) {
    ask();
    execl("/bin/true", "true", "a word", (char*)0);
  }
  wait(0);
  return 4;
}
