// CallLog: the last system calls of each thread of the processes that it observes, and what is to be told of them at
// once.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stub/inspect/call_text.hpp"
#include "stub/target/call_observer.hpp"
#include "stub/target/target.hpp"

namespace stub::inspect {

// Lines for somebody who takes them now and then. Who does not is told how many were left out.
class CallLines {
 public:
  void add(Tid thread, const std::string& line);
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string take();

 private:
  std::string text_;
  std::size_t left_out_ = 0;
  std::optional<Tid> only_;  // whose calls have been told
  bool several_ = false;
};

class CallLog final : public CallObserver {
 public:
  static constexpr std::size_t kept = 64;  // calls of a thread

  explicit CallLog(Target& target) : target_(target) {}

  // From now on, of the process and of its children. `lines`: whom each call is told; null: nobody.
  Result<> observe(Pid pid, std::shared_ptr<CallLines> lines);
  // What is kept stays.
  void stop(Pid pid);
  // Oldest first; of a call that goes on so much as is known.
  [[nodiscard]] std::vector<std::string> last(ThreadId thread) const;

  void called(const CallMade& call) override;
  void returned(ThreadId thread, std::uint64_t result) override;
  void forked(Pid parent, Pid child) override;
  void became_leader(ThreadId former) override;
  void ended(ThreadId thread) override;
  void ended(Pid process) override;

 private:
  struct OfThread {
    std::deque<std::string> lines;
    std::optional<CallText> open;
  };
  struct OfProcess {
    std::shared_ptr<CallLines> lines;
    std::map<Tid, OfThread> threads;
  };

  [[nodiscard]] CallMemory memory_of(Pid pid);
  void finish(OfProcess& process, Tid thread, const std::string& line);
  void end(OfProcess& process, Tid thread);

  Target& target_;
  std::map<Pid, OfProcess> processes_;
};

}  // namespace stub::inspect
