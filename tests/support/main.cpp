// The main() of every test program.
#define STUB_TEST_MAIN
#include "tests/support/catch.hpp"
