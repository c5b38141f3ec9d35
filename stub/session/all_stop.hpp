// AllStop: the policy that the threads of all processes of a session stop together, on top of a Target whose threads
// stop one by one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stub/session/claims.hpp"

namespace stub {

struct ThreadResume {
  ThreadId thread;
  ResumeRequest request;
};

class AllStop {
 public:
  AllStop(Target& target, Claims& claims) : target_(target), claims_(claims) {}

  // Stops a process that has just been claimed.
  void take_over(Pid pid);

  // Between a resume and the report of a stop or an end.
  [[nodiscard]] bool running() const { return running_; }

  // At least one of the threads must be there.
  Result<> resume(const std::vector<ThreadResume>& threads);
  // Stops everything now. An event if something was quicker than we.
  std::optional<StopEvent> interrupt();

  enum class Reasons : std::uint8_t { one, all };
  // The event to report, if there is one: everything is stopped then, and a process that has ended is no longer
  // claimed. With Reasons::one the others wait for the next resume; with Reasons::all they are told together, as
  // reasons.
  std::optional<StopEvent> pump(Reasons reasons);
  // Nothing that was resumed is left; the others stay stopped, and without them nothing will ever happen.
  [[nodiscard]] bool starved() const;
  void stop() { running_ = false; }

 private:
  void hold_all();
  std::optional<StopEvent> settle(StopEvent event, Reasons reasons);

  Target& target_;
  Claims& claims_;
  bool running_ = false;
  bool some_stay_ = false;  // not all were resumed
};

}  // namespace stub
