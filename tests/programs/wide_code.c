// An i386 program that calls 64-bit code, which stops at a breakpoint instruction of its own; exits with 7.
#include <stdint.h>

extern const unsigned char wide_code[];
__asm__(".text\n wide_code: int3\n lret");  // the same bytes in both

int main(void) {
  const struct __attribute__((packed)) {
    uint32_t offset;
    uint16_t segment;
  } far_address = {(uint32_t)(uintptr_t)wide_code, 0x33};
  __asm__ volatile("lcall *%0" : : "m"(far_address) : "memory", "cc");
  return 7;
}
