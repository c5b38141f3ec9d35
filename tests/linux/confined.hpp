// Confined: a part of a test in a process with fewer rights, which nothing gives back.
#pragma once

#include <functional>

namespace stub {

constexpr int kill_whoever_asks = -1;

// In a child: first what takes rights away, then the test, whose result is 0 where all is well.
void confined(const std::function<void()>& restrict_us, const std::function<int()>& test);

// From now on the system call fails with this error (or kills); also in children.
void refuse(long system_call, int error_number);
void become_nobody();
void drop_capabilities();

}  // namespace stub
