// As programs do that do not want to be debugged, or want to know whether they are.
#include <sys/ptrace.h>

int main(void) {
  return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 0 : 2;
}
