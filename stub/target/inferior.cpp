#include "stub/target/inferior.hpp"

namespace stub {

Thread* Inferior::any_stopped() {
  for (auto& [tid, thread] : threads)
    if (thread.stopped()) return &thread;
  return nullptr;
}

}  // namespace stub
