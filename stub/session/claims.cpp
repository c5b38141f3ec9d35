#include "stub/session/claims.hpp"

#include <algorithm>

namespace stub {

void Claims::add(Pid pid) {
  processes_.insert(pid);
  const auto theirs = threads();
  if (std::ranges::find(theirs, current_) == theirs.end()) choose_current();
}

void Claims::drop(Pid pid) {
  processes_.erase(pid);
  std::erase_if(reasons_, [&](const auto& reason) { return reason.first.pid == pid; });
  if (current_.pid == pid) choose_current();
}

void Claims::drop_all() {
  processes_.clear();
  reasons_.clear();
}

std::vector<ThreadId> Claims::threads() const {
  std::vector<ThreadId> all;
  for (const auto pid : processes_) {
    const auto theirs = target_.threads(pid);
    all.insert(all.end(), theirs.begin(), theirs.end());
  }
  return all;
}

void Claims::choose_current() {
  const auto all = threads();
  if (!all.empty()) current_ = all.front();
  if (all.empty() && !processes_.empty()) current_ = {*processes_.begin(), leader(*processes_.begin())};
}

void Claims::choose_stopped() {
  if (target_.stopped(current_)) return;
  const auto all = threads();
  const auto stopped = std::ranges::find_if(all, [&](ThreadId t) { return target_.stopped(t); });
  if (stopped != all.end()) current_ = *stopped;
}

std::vector<StopEvent> Claims::reasons() const {
  std::vector<StopEvent> out;
  out.reserve(reasons_.size());
  if (const auto* first = reason(current_)) out.push_back(*first);
  for (const auto& [thread, event] : reasons_)
    if (thread != current_) out.push_back(event);
  return out;
}

const StopEvent* Claims::reason(ThreadId thread) const {
  const auto it = reasons_.find(thread);
  return it == reasons_.end() ? nullptr : &it->second;
}

void Claims::set_reason(StopEvent event) { reasons_.insert_or_assign(event.thread, std::move(event)); }

}  // namespace stub
