// NonStop: the policy that each thread's stop is told by itself, one at a time, while the others run on (GDB manual,
// "Remote Non-Stop", "Notification Packets").
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "stub/session/all_stop.hpp"

namespace stub {

// A stop that the client shall hear of: of a thread that stopped or is gone, or of one that is just found stopped.
struct Notice {
  ThreadId thread;
  std::optional<StopEvent> event;
};

class NonStop {
 public:
  NonStop(Target& target, Claims& claims) : target_(target), claims_(claims) {}

  // Those that run already run on as they are.
  Result<> resume(const std::vector<ThreadResume>& threads);
  void halt(const std::vector<ThreadId>& threads);

  // Takes what has happened. True: a notification must be sent, of next().
  [[nodiscard]] bool pump();
  // What is to be told next; none: nothing.
  [[nodiscard]] const Notice* next() const { return waiting_.empty() ? nullptr : &waiting_.front(); }
  // The client has it; the next one, if any, is told by the reply to this.
  void acknowledge();
  // The current thread is told of, if it is stopped, and the others go on, as with gdbserver. The manual would have all
  // stopped ones told by replies ("Remote Non-Stop"), but gdb 13 to 16 fail an assertion at the second, and at a
  // notification before they have connected (gdb/remote.c: a target is not async yet then).
  void take_over();
  // A process that the client had ended.
  void tell_end(Pid pid) {
    waiting_.push_back({{pid, leader(pid)}, StopEvent{{pid, leader(pid)}, stop::Killed{signals::kill}}});
  }

 private:
  void take(StopEvent event);

  Target& target_;
  Claims& claims_;
  std::deque<Notice> waiting_;
  bool outstanding_ = false;  // the client has been told that there is something, and fetches it
};

}  // namespace stub
