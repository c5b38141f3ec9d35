#include "debuggee.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

extern "C" {
volatile std::uint64_t bench_counter;
}

// In assembly, so that every compiler gives the servers the same instructions.
asm(R"(
.text
.globl bench_hit, bench_trap, bench_range, bench_range_end
bench_hit:
  push %rbp
  mov %rsp, %rbp
  incq bench_counter(%rip)
  pop %rbp
  ret
bench_trap:
  int3
  ret
bench_range:
  mov $2000, %ecx
1:
  dec %ecx
  jnz 1b
bench_range_end:
  ret
)");

namespace bench {

unsigned char memory[memory_size];

// SplitMix64's last steps, of the place.
unsigned char byte_at(std::size_t place) {
  std::uint64_t mixed = (place + 1) * 0x9E3779B97F4A7C15;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  return static_cast<unsigned char>(mixed >> 56);
}

namespace {

[[noreturn]] void repeat(void (*function)()) {
  for (;;) function();
}

void* asleep(void*) {
  for (;;) pause();
}

// Not ahead of everything, as the thread that hits is: how fast that one gets a processor would else be chance.
void* spinning(void*) {
  const sched_param none{0};
  sched_setscheduler(0, SCHED_OTHER, &none);
  setpriority(PRIO_PROCESS, 0, -15);
  for (volatile std::uint64_t turns = 0;;) turns = turns + 1;
}

void start_threads(unsigned long count, void* (*work)(void*)) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 << 10);
  for (unsigned long i = 0; i < count; i++) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, work, nullptr) != 0) _exit(3);
  }
}

}  // namespace

int debuggee(const std::vector<std::string>& words) {
  setpgid(0, 0);  // gdbserver sends its SIGINT to the process's group
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (std::size_t i = 0; i < memory_size; i++) memory[i] = byte_at(i);
  if (words.at(0) == "hit") repeat(bench_hit);
  if (words.at(0) == "trap") repeat(bench_trap);
  if (words.at(0) == "range") repeat(bench_range);
  start_threads(std::stoul(words.at(1)) - 1, words.at(0) == "spins" ? spinning : asleep);
  if (words.at(0) != "threads") repeat(bench_hit);
  const char ready = '+';
  if (write(std::stoi(words.at(2)), &ready, 1) != 1) return 2;
  asleep(nullptr);
  return 0;
}

}  // namespace bench
