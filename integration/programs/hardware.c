// Touches data in ways that only debug registers see, one after another; each function is one of them.
#include <pthread.h>
#include <stdio.h>

struct pair {
  long left, right;
} __attribute__((aligned(16)));

struct parcel {
  char before;
  long field;
  char after;
} __attribute__((packed, aligned(16)));

struct pair pair;
struct parcel parcel;
long number = 1;
long copy;
long cells[5];

void fill_pair(void) {
  pair.left = 10;
  pair.right = 20;
}

void fill_parcel(void) {
  parcel.before = 1;
  parcel.field = 0x1234567;
  parcel.after = 2;
}

void use_number(void) {
  copy = number;
  number = 2;  // changes it
  copy = number + 1;
}

void fill_cells(void) {
  for (int i = 0; i < 5; i++) {
    cells[i] = i + 1;
  }
}

void* fill_elsewhere(void* nothing) {
  number = 3;
  return nothing;
}

int main(void) {
  pthread_t thread;
  fill_pair();
  fill_parcel();
  use_number();
  fill_cells();
  pthread_create(&thread, NULL, fill_elsewhere, NULL);
  pthread_join(thread, NULL);
  printf("the end: %ld %ld\n", number, copy);
  return 0;
}
