// Goes through instructions of many kinds between the two addresses that it tells, once before it tells them and more
// than once afterwards, and exits with 23 if they always did the same. Alarms interrupt it, a few in each turn: however
// slowly it runs, it comes on between them.
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "tell.h"

static volatile sig_atomic_t alarms;
static volatile int alarmed;
long numbers[4] = {3, 5, 7, 11};
double factor = 2.5;

static void on_alarm(int signal) { alarms += signal != 0; }

static void set_alarm(void) {
  struct itimerval soon = {{0, 0}, {0, 300}};
  setitimer(ITIMER_REAL, &soon, NULL);
}

static long twice(long n) { return n + n; }
static long minus(long n) { return -n; }
static long (*volatile functions[2])(long) = {twice, minus};
long (*volatile only)(long) = twice;

static long chosen(long n) {
  switch (n) {
    case 0:
      return 4;
    case 1:
      return 8;
    case 2:
      return 15;
    case 3:
      return 16;
    case 4:
      return 23;
    case 5:
      return 42;
    default:
      return -1;
  }
}

static long deep(long n) { return n == 0 ? 0 : n + deep(n - 1); }

// Instructions that compilers write seldom: loop and jrcxz, which have short forms only, and all that names its operand
// by the pc.
static long counted(long n) {
  long sum = 0;
#ifdef __x86_64__
  __asm__ volatile(
      "1: jrcxz 2f\n add %%rcx, %0\n loop 1b\n"
      "2: pushf\n pop %%rdx\n push $7\n pop %%rdx\n add %%rdx, %0\n"
      "lea factor(%%rip), %%rsi\n mov numbers(%%rip), %%rdi\n add %%rdi, %0\n"
      "addq $1, numbers+8(%%rip)\n subq $1, numbers+8(%%rip)\n"
      "cmpq $-1, numbers+24(%%rip)\n je 3f\n xchg %%rsi, numbers+16(%%rip)\n xchg %%rsi, numbers+16(%%rip)\n"
      "xorps %%xmm1, %%xmm1\n addsd factor(%%rip), %%xmm1\n cvttsd2si %%xmm1, %%rdx\n add %%rdx, %0\n"
      "pushq numbers(%%rip)\n pop %%rdi\n call *only(%%rip)\n add %%rax, %0\n jmp *4f(%%rip)\n"
      ".pushsection .data\n .balign 8\n 4: .quad 5f\n .popsection\n"
      "3: add $1000, %0\n"
      "5: bt $1, %%edx\n adc $0, %0\n"
      : "+b"(sum), "+c"(n)
      :
      : "rax", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm1", "memory", "cc");
#else
  __asm__ volatile(
      "1: jecxz 2f\n add %%ecx, %0\n loop 1b\n"
      "2: pushf\n pop %%edx\n push $7\n pop %%edx\n add %%edx, %0\n bt $1, %%edx\n adc $0, %0\n"
      : "+b"(sum), "+c"(n)
      :
      : "edx", "memory", "cc");
#endif
  return sum;
}

static long work(void) {
  char from[40] = "a string that is moved from here", to[40];
  long sum = 0;
  for (long i = 0; i < 20; ++i) {
    if (alarmed) set_alarm();
    sum += chosen(i % 7) + functions[i & 1](i) + only(i);
    sum += numbers[i & 3] * (long)factor;
    numbers[i & 3] += 1;
  }
  memset(to, 0, sizeof to);
  memcpy(to, from, sizeof from);
  __asm__ volatile("" ::: "memory");
  return sum + deep(12) + counted(9) + (long)strlen(to) + (factor * 2 > 4.5);
}

static void work_ends(void) {}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, NULL);
  const long bare = work();
  TELL(on_alarm, work_ends);
  for (int i = 0; i < 4; ++i) numbers[i] -= 5;
  const long first = work();
  alarmed = 1;
  for (int i = 0; i < 4; ++i) numbers[i] -= 5;
  long second = work();
  while (alarms == 0) {
    for (int i = 0; i < 4; ++i) numbers[i] -= 5;
    second = work();
  }
  return bare == first && first == second && alarms > 0 ? 23 : 1;
}
