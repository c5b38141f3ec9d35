// Functions whose unwind tables are wrong: the first argument says which is called.
#include <string.h>

// Its caller is itself, at the same place of the stack.
void identical(void);
__asm__(
    ".text\n.globl identical\n.type identical, @function\nidentical:\n.cfi_startproc\n.cfi_def_cfa 7, 0\n"
    ".cfi_same_value 16\nint3\nint3\nret\n.cfi_endproc\n.size identical, . - identical\n");

// Its caller is itself, further down the stack.
void inner(void);
__asm__(
    ".text\n.globl inner\n.type inner, @function\ninner:\n.cfi_startproc\n.cfi_def_cfa 7, -64\n"
    ".cfi_same_value 16\nint3\nint3\nret\n.cfi_endproc\n.size inner, . - inner\n");

// Its caller is itself, further up the stack, and so on as far as that goes.
void outward(void);
__asm__(
    ".text\n.globl outward\n.type outward, @function\noutward:\n.cfi_startproc\n.cfi_def_cfa 7, 1\n"
    ".cfi_same_value 16\nint3\nint3\nret\n.cfi_endproc\n.size outward, . - outward\n");

int main(int argc, char** argv) {
  const char* kind = argc > 1 ? argv[1] : "";
  if (strcmp(kind, "identical") == 0) identical();
  if (strcmp(kind, "inner") == 0) inner();
  if (strcmp(kind, "outward") == 0) outward();
  return 0;
}
