// Watch: looks after a command's processes where no debugger does. It takes their events before anybody else, lets them
// go on as if nobody were there, and does what the policy says about a crash or a hang. A process that waits for a
// debugger is handed over; everything else about clients is the server's.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "stub/crash/policy.hpp"
#include "stub/inspect/call_log.hpp"
#include "stub/inspect/ci_log.hpp"
#include "stub/inspect/crash_report.hpp"
#include "stub/inspect/saved_core.hpp"
#include "stub/target/host.hpp"
#include "stub/target/target.hpp"

namespace stub::crash {

class Watch {
 public:
  using Clock = std::chrono::steady_clock;

  struct Surroundings {
    std::function<void(const std::string&)> say;  // a line for people
    std::function<void(std::string_view)> print;  // text as it is
    std::function<std::optional<SignalSets>(ThreadId)> signal_sets;
    inspect::CallLog& calls;
    std::function<std::string()> place;  // HOST:PORT where a debugger can come from now on; empty: not yet
  };

  Watch(Target& target, Host& host, Policy policy, Surroundings surroundings);

  // The command's process, stopped: it runs from here on.
  void begin(Pid command);
  // What a process did that no debugger has.
  void take(const StopEvent& event);
  // The command has run for too long.
  void on_timeout();

  // Does a piece of what is to be done. False: there is nothing now.
  bool work();
  // Time has passed; when it matters next.
  void tick(Clock::time_point now);
  [[nodiscard]] std::optional<Clock::time_point> next_tick() const;

  // The process that waits longest for a debugger, and why it is stopped: its client's from now on.
  std::optional<StopEvent> hand_over();
  // Its client is gone without letting it go; why its threads stopped as the client was told. It waits on, if it is
  // still as it was found. False: it is to run on.
  bool take_back(Pid pid, const std::vector<StopEvent>& reasons);
  // It was let go, and is no business of ours any more.
  void forget(Pid pid);
  // Somebody wants all this to end: nobody is waited for any longer.
  void stop_waiting();
  // Something is still to be done about some process, or somebody works on it.
  [[nodiscard]] bool busy() const;

 private:
  // Of one process.
  struct Case {
    StopEvent event;
    std::optional<KernelSignal> signal;  // what it gets when all is done; none: it hangs
    Actions actions;
    std::string program;
    std::size_t next = 0;  // of the actions
    std::unique_ptr<inspect::SavedCore> core;
    std::optional<Clock::time_point> waits_until;
    bool claimed = false;
  };
  enum class Done : std::uint8_t { yes, not_yet };

  void follow(Pid pid);
  void pass(const StopEvent& event);
  enum class Watched : std::uint8_t { yes, no };
  Watched begin_program(Pid pid, const std::string& path);
  void warn_of_lost_rights(const std::string& program);
  void warn_of_refused_tracing(Pid pid, const stop::Exited& exited);
  void warn_once(const std::string& topic, const std::string& text);
  [[nodiscard]] bool is_crash_of_ours(const StopEvent& event);
  [[nodiscard]] bool is_death_test(Pid pid);
  void open(const StopEvent& event, std::optional<KernelSignal> signal, const Actions& actions);
  void let_run(const Case& closed);
  [[nodiscard]] std::deque<Case>::iterator find(Pid pid);

  Done act(Case& about, const action::Report& report);
  Done act(Case& about, const action::Core& core);
  Done act(Case& about, const action::Wait& wait);
  Done act(Case& about, const action::SystemCalls& calls);
  Done act(Case& about, const action::Kill& kill);
  void print_report(const inspect::CrashReport& report);
  void announce_waiting(Clock::time_point now);

  Target& target_;
  Host& host_;
  Policy policy_;
  Surroundings surroundings_;
  inspect::CiSystem ci_;
  std::deque<Case> cases_;               // oldest first
  std::set<Pid> settled_;                // those that have got what they were stopped for, and are about to end
  std::set<Pid> forked_only_;            // those that run their parent's program
  std::map<Pid, std::string> programs_;  // which each runs
  std::set<std::string> failed_;         // programs that have ended with an error, and were looked at
  std::set<std::string> warned_;
  std::optional<Clock::time_point> next_announcement_;
};

}  // namespace stub::crash
