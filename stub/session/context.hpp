// Context: what the handlers of one session work on.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "protocol/withheld.hpp"
#include "stub/inspect/call_log.hpp"
#include "stub/session/all_stop.hpp"
#include "stub/session/dialect.hpp"
#include "stub/session/expedition.hpp"
#include "stub/session/launching.hpp"
#include "stub/session/non_stop.hpp"
#include "stub/session/role.hpp"
#include "stub/target/host.hpp"
#include "stub/target/shell.hpp"
#include "stub/target/target.hpp"
#include "stub/trace.hpp"

namespace stub {

// Why a session has nothing more to do.
enum class Parting : std::uint8_t { none, refused, exited, killed, detached, server_ends };

// What a session needs of its surroundings, which own the processes.
struct Surroundings {
  std::function<Result<Pid>(const LaunchSettings&)> launch;
  std::function<Result<>(Pid)> attach;
  // A process that was launched has been detached from: it runs on by itself.
  std::function<void(Pid)> let_go;
  // Called before every resume of a process.
  std::function<void(Pid)> before_resume;
  // What programs have printed on terminals made for them, and not been asked for yet; and what they shall read there.
  std::function<std::string()> printed;
  std::function<Result<>(std::string_view)> type;
  // A debugging connection will come for the client of this one; it shall start programs there (empty: where we are).
  // The port that the client reaches us by.
  std::function<Result<std::uint16_t>(const std::string& working_directory)> expect_debugger;
  // The same port, if a process waits there for a debugger.
  std::function<std::optional<std::uint16_t>()> port_of_waiting;
  // Ends a process that was let go.
  std::function<Result<>(Pid)> end_released;
  // Runs a shell command; what is returned is asked from time to time what has become of it, and ends it by going.
  // None: clients may not.
  using ShellOutcomes = std::function<std::optional<ShellOutcome>()>;
  std::function<Result<ShellOutcomes>(const ShellRequest&)> run_shell;
  // What is kept of system calls, for all sessions; none: each has its own.
  std::shared_ptr<inspect::CallLog> calls;
  Withheld withheld{};
  std::shared_ptr<Trace> trace = std::make_shared<Trace>();  // never none
};

struct Context {
  Context(Target& its_target, Host& its_host, Surroundings its_surroundings)
      : target(its_target),
        host(its_host),
        surroundings(std::move(its_surroundings)),
        claims(its_target),
        all_stop(its_target, claims),
        non_stop(its_target, claims) {
    if (!surroundings.calls) surroundings.calls = std::make_shared<inspect::CallLog>(target);
  }

  Target& target;
  Host& host;
  Surroundings surroundings;
  Dialect dialect;
  Role role = Role::undecided;
  Claims claims;
  AllStop all_stop;
  NonStop non_stop;
  bool stops_singly = false;        // QNonStop:1
  std::deque<std::string> unheard;  // with it, what programs have printed: the first piece has been told of
  bool extended = false;            // !: it may go on without a process
  LaunchSettings launch;
  std::optional<Error> launch_failure;                      // of the last A
  Interests interests;                                      // what the client wants to hear of each process
  std::set<KernelSignal> pass_signals;                      // QPassSignals
  std::optional<std::set<KernelSignal>> deliver_at_detach;  // QProgramSignals
  bool acks = true;
  bool lists_threads = false;  // QListThreadsInStopReply
  Expedition expedition;
  std::optional<ThreadId> general;   // Hg
  std::optional<ThreadId> resuming;  // Hc; none: all
  bool interrupted = false;          // the last stop is the answer to an interrupt
  bool interrupt_due = false;        // one has come while all was stopped
  std::optional<ThreadId> halting;   // whose stop will be the answer to a vCtrlC
  Parting parting = Parting::none;
  bool parts_when_told = false;                    // killed, but not all of it has been told yet
  std::string last_words;                          // the reply that told of the process's end
  std::optional<int> exit_status;                  // of the last that ended; 128 + signal where one ended it
  std::set<std::pair<Pid, Stoppoint>> stoppoints;  // the client's, to be taken away with it
  Host::Root file_root;                            // vFile:setfs
  std::set<int> files;                             // vFile's open descriptors
  // Work too long for one answer, done a piece at a time: nothing until it has its reply.
  std::function<std::optional<Reply>()> job;
  // Of a job that can be ended before, with another reply.
  std::function<Reply()> end_job;
  std::string unsaid;  // of such a one whose client did not wait for it
  std::shared_ptr<inspect::CallLines> call_lines = std::make_shared<inspect::CallLines>();  // to be told
  // What an answer waits for that nobody tells of: asked from time to time, it has a reply when that has come. Other
  // packets are answered meanwhile.
  std::function<std::optional<Reply>()> awaited;
  std::optional<Pid> started;  // by a platform connection, for nobody to debug
  ProcessFilter filter;        // of qfProcessInfo
  std::deque<Pid> to_list;     // by qsProcessInfo
  std::string document_name;   // object and annex of
  std::string document;        // the qXfer object being read in pieces
};

// The thread that a selector names, or the one that stands for it (any: the current; all: the current too).
Result<ThreadId> resolve(Context& context, const ThreadSelector& selector);
// The thread that a register packet means: its own, or Hg's.
Result<ThreadId> resolve_general(Context& context, const std::optional<ThreadSelector>& selector);
[[nodiscard]] bool matches(const ThreadSelector& selector, ThreadId thread);

// The process that packets without one mean; an error if there is none.
Result<Pid> process_of(Context& context);
// The thread that packets without one mean.
[[nodiscard]] ThreadId general_thread(const Context& context);
// A process that the client names; its own choice if it names none.
Result<Pid> claimed_process(Context& context, std::optional<Pid> named);
// The program that a platform connection has started, for nobody to debug.
[[nodiscard]] std::optional<Pid> started_alone(const Context& context);
// A process is the session's from now on, with all that its client wants to hear of it.
void claim(Context& context, Pid pid);
// What the client wants to hear of has changed.
void tell_interests(Context& context);

// The answer to a packet that waits; one at a time.
Reply await_reply(Context& context, std::function<std::optional<Reply>()> awaited);

Result<const arch::Architecture*> architecture_of(Context& context);

}  // namespace stub
