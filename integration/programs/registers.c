// Loads known values into registers, calls loaded(), and says what the registers hold afterwards.
// With the argument avx512 it uses zmm16 and k1 too, which only some processors have.
#include <stdio.h>
#include <string.h>

void loaded(void) {
}

struct registers {
  unsigned long rbx;
  unsigned long xmm5[2];
  unsigned long ymm6[4];
};

struct registers registers = {
    0x1122334455667788,
    {0x0102030405060708, 0x1112131415161718},
    {0xa1, 0xa2, 0xa3, 0xa4},
};

struct registers512 {
  unsigned long zmm16[8];
  unsigned long k1;
};

struct registers512 registers512 = {{0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8}, 0x5a5a};

// loaded() is compiled to a frame and nothing else, so that it changes none of these registers.
__attribute__((target("avx"))) void exchange(struct registers* all) {
  asm volatile(
      "mov %0, %%r12\n\t"
      "mov 0(%%r12), %%rbx\n\t"
      "movups 8(%%r12), %%xmm5\n\t"
      "vmovups 24(%%r12), %%ymm6\n\t"
      "call loaded\n\t"
      "mov %%rbx, 0(%%r12)\n\t"
      "movups %%xmm5, 8(%%r12)\n\t"
      "vmovups %%ymm6, 24(%%r12)\n\t"
      :
      : "r"(all)
      : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "xmm5", "xmm6", "memory");
}

__attribute__((target("avx512f,avx512bw"))) void exchange512(struct registers512* all) {
  asm volatile(
      "mov %0, %%r12\n\t"
      "vmovups 0(%%r12), %%zmm16\n\t"
      "kmovq 64(%%r12), %%k1\n\t"
      "call loaded\n\t"
      "vmovups %%zmm16, 0(%%r12)\n\t"
      "kmovq %%k1, 64(%%r12)\n\t"
      :
      : "r"(all)
      : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "xmm16", "k1", "memory");
}

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "avx512") == 0) {
    exchange512(&registers512);
    printf("zmm16 %lx %lx k1 %lx\n", registers512.zmm16[0], registers512.zmm16[7], registers512.k1);
    return 0;
  }
  exchange(&registers);
  printf("rbx %lx xmm5 %lx %lx ymm6 %lx %lx\n", registers.rbx, registers.xmm5[0], registers.xmm5[1],
         registers.ymm6[0], registers.ymm6[3]);
  return 0;
}
