// Births: a new thread is announced by its parent and appears by itself, in either order. Whoever appears before its
// announcement waits here.
#pragma once

#include <algorithm>
#include <iterator>
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
  [[nodiscard]] bool any() const { return !early_.empty(); }
  // Those whom nobody will announce.
  template <typename Announced>
  [[nodiscard]] std::vector<Tid> take_unless(const Announced& will_be_announced) {
    std::vector<Tid> taken;
    std::ranges::copy_if(early_, std::back_inserter(taken), [&](Tid tid) { return !will_be_announced(tid); });
    for (const auto tid : taken) early_.erase(tid);
    return taken;
  }

 private:
  std::set<Tid> early_;
};

}  // namespace stub
