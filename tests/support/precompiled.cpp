// Stands for the precompiled header that all test programs share: Catch2 2 is one large header.
#include "tests/support/catch.hpp"
