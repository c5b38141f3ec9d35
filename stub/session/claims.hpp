// Claims: the processes that a session has, and why their threads stopped, as far as its client has been told.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "stub/target/target.hpp"

namespace stub {

class Claims {
 public:
  explicit Claims(Target& target) : target_(target) {}

  void add(Pid pid);
  // With all that is known of its threads.
  void drop(Pid pid);
  void drop_all();
  [[nodiscard]] const std::set<Pid>& processes() const { return processes_; }
  [[nodiscard]] bool has(Pid pid) const { return processes_.contains(pid); }
  [[nodiscard]] bool empty() const { return processes_.empty(); }
  // Of all the processes.
  [[nodiscard]] std::vector<ThreadId> threads() const;

  // Whom the last stop was reported of. If its process is gone, another thread takes its place.
  [[nodiscard]] ThreadId current() const { return current_; }
  void set_current(ThreadId thread) { current_ = thread; }
  // Some thread that is stopped, if the current one is not.
  void choose_stopped();

  // Why they stopped, the current thread first.
  [[nodiscard]] std::vector<StopEvent> reasons() const;
  // Null: because another did.
  [[nodiscard]] const StopEvent* reason(ThreadId thread) const;
  void set_reason(StopEvent event);
  void forget_reason(ThreadId thread) { reasons_.erase(thread); }
  void forget_reasons() { reasons_.clear(); }

 private:
  void choose_current();

  Target& target_;
  std::set<Pid> processes_;
  ThreadId current_;
  std::map<ThreadId, StopEvent> reasons_;
};

}  // namespace stub
