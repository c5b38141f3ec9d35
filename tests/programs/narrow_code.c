// A 64-bit program that calls 32-bit code, which stops at a breakpoint instruction of its own; then r15 shall be
// 0x99aabbccddeeff00. Exits with what a debugger has put into rbx there, or with 99.
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

static const unsigned char wide_code[] = {
    0x49, 0x89, 0xe4,  // mov %rsp, %r12
    0x48, 0x89, 0xd4,  // mov %rdx, %rsp
    0xff, 0x19,        // lcall *(%rcx)
    0x4c, 0x89, 0xe4,  // mov %r12, %rsp
    0xc3,              // ret
};
static const unsigned char narrow_code[] = {0xcc, 0x90, 0xcb};  // int3, nop, lret
enum { narrow_at = 256, far_at = 512, stack_at = 8000, segment_of_32_bits = 0x23 };

int main(void) {
  // Both codes and the stack must be where 32 bits reach.
  unsigned char* low = mmap(0, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (low == MAP_FAILED) return 98;
  const uint32_t offset = (uint32_t)(uintptr_t)(low + narrow_at);
  const uint16_t segment = segment_of_32_bits;
  memcpy(low, wide_code, sizeof wide_code);
  memcpy(low + narrow_at, narrow_code, sizeof narrow_code);
  memcpy(low + far_at, &offset, sizeof offset);
  memcpy(low + far_at + sizeof offset, &segment, sizeof segment);
  uint64_t rbx = 0, r15 = 0;
  __asm__ volatile(
      "sub $128, %%rsp\n mov $0x1122334455667788, %%r15\n call *%%rax\n mov %%r15, %1\n add $128, %%rsp"
      : "+b"(rbx), "=r"(r15)
      : "a"(low), "c"(low + far_at), "d"(low + stack_at)
      : "r12", "r15", "memory", "cc");
  return r15 == 0x99aabbccddeeff00 ? (int)rbx : 99;
}
