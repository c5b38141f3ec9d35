#include "stub/session/non_stop.hpp"

#include <algorithm>

namespace stub {

namespace {

bool is_about(const Notice& notice, ThreadId thread) {
  const auto* fork = notice.event ? std::get_if<stop::Fork>(&notice.event->what) : nullptr;
  return notice.thread == thread || (fork != nullptr && fork->child == thread);
}

}  // namespace

// What the client has not acknowledged, it did not know when it asked for this: of a stop, or of a new process.
Result<> NonStop::resume(const std::vector<ThreadResume>& threads) {
  for (const auto& [thread, request] : threads) {
    if (!target_.stopped(thread)) continue;
    if (std::ranges::any_of(waiting_, [&](const Notice& notice) { return is_about(notice, thread); })) continue;
    claims_.forget_reason(thread);
    TRY(target_.resume(thread, request));
  }
  return {};
}

void NonStop::halt(const std::vector<ThreadId>& threads) {
  for (const auto thread : threads) target_.halt(thread);
}

void NonStop::take(StopEvent event) {
  if (event.ends_process()) claims_.drop(event.thread.pid);
  if (!event.ends_thread()) claims_.set_reason(event);
  waiting_.push_back({event.thread, std::move(event)});
}

bool NonStop::pump() {
  while (auto event = target_.next_event(HeldBack::take, &claims_.processes())) take(std::move(*event));
  return !waiting_.empty() && !std::exchange(outstanding_, true);
}

void NonStop::acknowledge() {
  if (!waiting_.empty()) waiting_.pop_front();
  if (waiting_.empty()) outstanding_ = false;
}

void NonStop::take_over() {
  std::erase_if(waiting_, [](const Notice& notice) { return !notice.event || !notice.event->ends_thread(); });
  claims_.choose_stopped();
  for (const auto thread : claims_.threads()) {
    if (!target_.stopped(thread)) continue;
    if (thread != claims_.current()) {
      static_cast<void>(target_.resume(thread, {}));
      continue;
    }
    const auto* reason = claims_.reason(thread);
    waiting_.push_back({thread, reason == nullptr ? std::nullopt : std::optional(*reason)});
  }
  outstanding_ = !waiting_.empty();
}

}  // namespace stub
