#include "stub/session/all_stop.hpp"

#include <algorithm>

namespace stub {

void AllStop::hold_all() {
  for (const auto pid : claims_.processes()) target_.hold(pid);
}

void AllStop::take_over(Pid pid) {
  running_ = false;
  claims_.forget_reasons();
  target_.hold(pid);
}

Result<> AllStop::resume(const std::vector<ThreadResume>& threads) {
  if (running_) return fail(Errc::running, "the process is running already");
  some_stay_ = threads.size() < claims_.threads().size();  // before some of them end
  bool any = false;
  for (const auto& [thread, request] : threads) any |= target_.resume(thread, request).has_value();
  // One that was killed meanwhile has its end to tell.
  const auto gone = [&](Pid pid) { return target_.threads(pid).empty(); };
  if (!any && !std::ranges::any_of(claims_.processes(), gone)) return fail(Errc::no_thread, "no such thread");
  running_ = true;
  claims_.forget_reasons();
  return {};
}

std::optional<StopEvent> AllStop::interrupt() {
  if (!running_ || claims_.empty()) return std::nullopt;
  hold_all();
  running_ = false;
  if (auto event = target_.next_event(HeldBack::leave, &claims_.processes()); event && event->ends_process()) {
    claims_.drop(event->thread.pid);
    return event;
  }
  claims_.choose_stopped();
  return std::nullopt;
}

std::optional<StopEvent> AllStop::pump(Reasons reasons) {
  while (running_) {
    auto event = target_.next_event(HeldBack::leave, &claims_.processes());
    if (!event) return std::nullopt;
    if (auto told = settle(std::move(*event), reasons)) return told;
  }
  return std::nullopt;
}

// Nothing if the process ended while it was stopped: then its end is the next event. What else happened is told
// together with it but for forks: lldb learns of a child only from the stop that is told of, and looks after one of
// them at a time.
std::optional<StopEvent> AllStop::settle(StopEvent event, Reasons reasons) {
  if (event.ends_process()) claims_.drop(event.thread.pid);
  hold_all();
  if (event.ends_thread()) {
    claims_.choose_stopped();
  } else {
    if (!target_.stopped(event.thread)) return std::nullopt;
    claims_.set_current(event.thread);
    claims_.set_reason(event);
    while (reasons == Reasons::all) {
      auto other = target_.next_event(HeldBack::take_but_forks, &claims_.processes());
      if (!other) break;
      if (other->ends_process()) return settle(std::move(*other), reasons);
      claims_.set_reason(std::move(*other));
    }
  }
  running_ = false;
  return event;
}

// Of processes whose threads all run the last one's end is an event.
bool AllStop::starved() const {
  if (!running_ || !some_stay_ || claims_.empty()) return false;
  const auto all = claims_.threads();
  return !all.empty() && std::ranges::all_of(all, [&](ThreadId t) { return target_.stopped(t); });
}

}  // namespace stub
