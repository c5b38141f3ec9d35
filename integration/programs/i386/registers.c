// registers.c for i386: loads known values into registers, calls loaded(), and says what the registers hold afterwards.
#include <stdio.h>

void loaded(void) {
}

struct __attribute__((packed)) registers {
  unsigned ebx;
  unsigned long long xmm5[2];
  unsigned long long ymm6[4];
  double st0;
};

struct registers registers = {
    0x11223344,
    {0x0102030405060708, 0x1112131415161718},
    {0xa1, 0xa2, 0xa3, 0xa4},
    2.5,
};

// loaded() is compiled to a frame and a use of eax, so that it changes none of these registers.
__attribute__((target("avx"))) void exchange(struct registers* all) {
  asm volatile(
      "mov 0(%%edi), %%ebx\n\t"
      "movups 4(%%edi), %%xmm5\n\t"
      "vmovups 20(%%edi), %%ymm6\n\t"
      "fldl 52(%%edi)\n\t"
      "call loaded\n\t"
      "fstpl 52(%%edi)\n\t"
      "mov %%ebx, 0(%%edi)\n\t"
      "movups %%xmm5, 4(%%edi)\n\t"
      "vmovups %%ymm6, 20(%%edi)\n\t"
      :
      : "D"(all)
      : "eax", "ebx", "ecx", "edx", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "xmm5", "xmm6",
        "memory");
}

int main(void) {
  exchange(&registers);
  printf("ebx %x xmm5 %llx %llx ymm6 %llx %llx st0 %g\n", registers.ebx, registers.xmm5[0], registers.xmm5[1],
         registers.ymm6[0], registers.ymm6[3], registers.st0);
  return 0;
}
