// What programs get of the files that were left open for us.
#include "stub/linux/terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "stub/linux/fd.hpp"
#include "tests/support/catch.hpp"

namespace stub {

TEST_CASE("what was left open for us is for us alone, but for the standard files") {
  const Fd left_open(::open("/dev/null", O_RDONLY));
  REQUIRE(::fcntl(left_open.get(), F_GETFD) == 0);
  const int standard_error = ::fcntl(STDERR_FILENO, F_GETFD);
  keep_files_from_programs();
  CHECK(::fcntl(left_open.get(), F_GETFD) == FD_CLOEXEC);
  CHECK(::fcntl(STDERR_FILENO, F_GETFD) == standard_error);
}

}  // namespace stub
