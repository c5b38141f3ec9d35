// The main() of every test program.
#define STUB_TEST_MAIN
#include "tests/support/catch.hpp"

#ifdef __SANITIZE_ADDRESS__
// libelf forgets a section's data where a broken file ends in the midst of it (elf_strptr); its files are read by
// programs that come to an end.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libelf.so\n"; }
#endif
