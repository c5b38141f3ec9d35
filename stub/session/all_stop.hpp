// AllStop: the policy that a process's threads stop together, on top of a Target whose threads stop one by one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "stub/target/target.hpp"

namespace stub {

struct ThreadResume {
  ThreadId thread;
  ResumeRequest request;
};

class AllStop {
 public:
  explicit AllStop(Target& target) : target_(target) {}

  // Takes a process over, and stops it if it runs.
  void claim(Pid pid);
  void forget() {
    process_.reset();
    running_ = false;
  }
  [[nodiscard]] std::optional<Pid> process() const { return process_; }

  // Between a resume and the report of a stop or an end.
  [[nodiscard]] bool running() const { return running_; }
  // Whom the last stop was reported of.
  [[nodiscard]] ThreadId current() const { return current_; }
  // Why a thread stopped; null: because another did.
  [[nodiscard]] const StopEvent* reason(ThreadId thread) const;

  // At least one of the threads must be there.
  Result<> resume(const std::vector<ThreadResume>& threads);
  // Stops everything now. An event if something was quicker than we.
  std::optional<StopEvent> interrupt();

  enum class Reasons : std::uint8_t { one, all };
  // The event to report, if there is one: the process is stopped then, or gone. With Reasons::one the others wait
  // for the next resume; with Reasons::all they are told together, as reason().
  std::optional<StopEvent> pump(Reasons reasons);

 private:
  std::optional<StopEvent> settle(StopEvent event, Reasons reasons);

  Target& target_;
  std::optional<Pid> process_;
  ThreadId current_;
  bool running_ = false;
  std::map<ThreadId, StopEvent> reasons_;
};

}  // namespace stub
