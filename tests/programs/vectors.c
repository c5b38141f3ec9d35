// Stops with known values in vector registers; then checks that a debugger has changed them: every byte of xmm1, ymm2
// and zmm3 shall be 0x11, 0x22 and 0x33. Exit codes: 0 all right, 1, 2, 3: the first that is wrong.
#include <string.h>

static unsigned char xmm[16], ymm[32], zmm[64], pattern[64];

static int all(const unsigned char* bytes, int length, int value) {
  for (int i = 0; i < length; ++i)
    if (bytes[i] != value) return 0;
  return 1;
}

__attribute__((target("avx512f"))) static void stop_with_zmm(void) {
  __asm__ volatile(
      "vmovdqu64 %3, %%zmm3\n vmovdqu64 %3, %%zmm1\n vmovdqu64 %3, %%zmm2\n int3\n"
      "movdqu %%xmm1, %0\n vmovdqu %%ymm2, %1\n vmovdqu64 %%zmm3, %2\n vzeroupper"
      : "=m"(xmm), "=m"(ymm), "=m"(zmm)
      : "m"(pattern)
      : "xmm1", "xmm2", "xmm3");
}

__attribute__((target("avx"))) static void stop_with_ymm(void) {
  __asm__ volatile("vmovdqu %2, %%ymm1\n vmovdqu %2, %%ymm2\n int3\n movdqu %%xmm1, %0\n vmovdqu %%ymm2, %1\n vzeroupper"
                   : "=m"(xmm), "=m"(ymm)
                   : "m"(pattern)
                   : "xmm1", "xmm2");
}

static void stop_with_xmm(void) {
  __asm__ volatile("movdqu %1, %%xmm1\n int3\n movdqu %%xmm1, %0" : "=m"(xmm) : "m"(pattern) : "xmm1");
}

int main(void) {
  memset(pattern, 0xab, sizeof pattern);
  const int has_zmm = __builtin_cpu_supports("avx512f"), has_ymm = __builtin_cpu_supports("avx");
  if (has_zmm) {
    stop_with_zmm();
  } else if (has_ymm) {
    stop_with_ymm();
  } else {
    stop_with_xmm();
  }
  if (!all(xmm, 16, 0x11)) return 1;
  if (has_ymm && !all(ymm, 32, 0x22)) return 2;
  if (has_zmm && !all(zmm, 64, 0x33)) return 3;
  return 0;
}
