#include "stub/session/all_stop.hpp"

#include <algorithm>

namespace stub {

void AllStop::claim(Pid pid) {
  process_ = pid;
  running_ = false;
  reasons_.clear();
  target_.hold(pid);
  const auto threads = target_.threads(pid);
  if (std::ranges::find(threads, current_) == threads.end())
    current_ = threads.empty() ? ThreadId{pid, leader(pid)} : threads.front();
}

const StopEvent* AllStop::reason(ThreadId thread) const {
  const auto it = reasons_.find(thread);
  return it == reasons_.end() ? nullptr : &it->second;
}

Result<> AllStop::resume(const std::vector<ThreadResume>& threads) {
  if (running_) return fail(Errc::running, "the process is running already");
  bool any = false;
  for (const auto& [thread, request] : threads) any |= target_.resume(thread, request).has_value();
  // One that was killed meanwhile has its end to tell.
  const bool gone = process_ && target_.threads(*process_).empty();
  if (!any && !gone) return fail(Errc::no_thread, "no such thread");
  running_ = true;
  reasons_.clear();
  return {};
}

std::optional<StopEvent> AllStop::interrupt() {
  if (!running_ || !process_) return std::nullopt;
  target_.hold(*process_);
  if (auto event = target_.next_event(HeldBack::leave); event && event->ends_process()) {
    running_ = false;
    process_.reset();
    return event;
  }
  running_ = false;
  if (!target_.stopped(current_)) {
    const auto threads = target_.threads(*process_);
    const auto stopped = std::ranges::find_if(threads, [&](ThreadId t) { return target_.stopped(t); });
    if (stopped != threads.end()) current_ = *stopped;
  }
  return std::nullopt;
}

std::optional<StopEvent> AllStop::pump(Reasons reasons) {
  while (running_) {
    auto event = target_.next_event(HeldBack::leave);
    if (!event) return std::nullopt;
    if (process_ != event->thread.pid) continue;
    if (auto told = settle(std::move(*event), reasons)) return told;
  }
  return std::nullopt;
}

// Nothing if the process ended while it was stopped: then its end is the next event.
std::optional<StopEvent> AllStop::settle(StopEvent event, Reasons reasons) {
  if (!event.ends_process()) {
    target_.hold(*process_);
    if (!target_.stopped(event.thread)) return std::nullopt;
    current_ = event.thread;
    reasons_.emplace(event.thread, event);
    while (reasons == Reasons::all) {
      auto other = target_.next_event(HeldBack::take);
      if (!other) break;
      if (other->ends_process()) return settle(std::move(*other), reasons);
      reasons_.emplace(other->thread, std::move(*other));
    }
  } else {
    process_.reset();
  }
  running_ = false;
  return event;
}

}  // namespace stub
