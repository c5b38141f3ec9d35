// Births: a new thread is announced by its parent and appears by itself, in either order. Whoever appears before its
// announcement waits here.
#pragma once

#include <set>
#include <vector>

#include "protocol/types.hpp"

namespace stub {

class Births {
 public:
  void appeared(Tid tid) { early_.insert(tid); }
  // Whether the announced thread has appeared already; then it is no longer kept here.
  [[nodiscard]] bool announced(Tid tid) { return early_.erase(tid) != 0; }
  void died(Tid tid) { early_.erase(tid); }
  // Those whose parent died before it could announce them.
  [[nodiscard]] std::vector<Tid> take_all() {
    std::vector<Tid> all(early_.begin(), early_.end());
    early_.clear();
    return all;
  }

 private:
  std::set<Tid> early_;
};

}  // namespace stub
