#include "tests/linux/confined.hpp"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "tests/support/catch.hpp"

namespace stub {

void confined(const std::function<void()>& restrict_us, const std::function<int()>& test) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    restrict_us();
    ::_exit(test());
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

void refuse(long system_call, int error_number) {
  const auto verdict = error_number == kill_whoever_asks ? std::uint32_t{SECCOMP_RET_KILL_PROCESS}
                                                         : SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error_number);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(system_call), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, verdict),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(filter), filter};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    ::_exit(100);
}

void become_nobody() {
  constexpr uid_t nobody = 65534;
  if (::setresuid(nobody, nobody, nobody) != 0) ::_exit(101);
}

void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
  if (::syscall(SYS_capset, &header, none) != 0) ::_exit(102);
}

}  // namespace stub
