// Context: what the handlers of one session work on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "stub/session/all_stop.hpp"
#include "stub/session/dialect.hpp"
#include "stub/target/host.hpp"
#include "stub/target/target.hpp"

namespace stub {

// Why a session has nothing more to do with its process.
enum class Parting : std::uint8_t { none, refused, exited, killed, detached };

struct Context {
  Context(Target& its_target, Host& its_host) : target(its_target), host(its_host), all_stop(its_target) {}

  Target& target;
  Host& host;
  std::function<void()> before_resume;  // called before every resume; may be empty
  Dialect dialect;
  AllStop all_stop;
  bool acks = true;
  bool lists_threads = false;        // QListThreadsInStopReply
  std::optional<ThreadId> general;   // Hg
  std::optional<ThreadId> resuming;  // Hc; none: all
  bool interrupted = false;          // the last stop is the answer to an interrupt
  Parting parting = Parting::none;
  std::string last_words;          // the reply that told of the process's end
  int exit_status = 0;             // 128 + signal where one ended it
  std::set<Stoppoint> stoppoints;  // the client's, to be taken away with it
  Host::Root file_root;            // vFile:setfs
  std::set<int> files;             // vFile's open descriptors
  // Work too long for one answer, done a piece at a time: nothing until it has its reply.
  std::function<std::optional<Reply>()> job;
  std::string document_name;  // object and annex of
  std::string document;       // the qXfer object being read in pieces
};

// The thread that a selector names, or the one that stands for it (any: the current; all: the current too).
Result<ThreadId> resolve(Context& context, const ThreadSelector& selector);
// The thread that a register packet means: its own, or Hg's.
Result<ThreadId> resolve_general(Context& context, const std::optional<ThreadSelector>& selector);
[[nodiscard]] bool matches(const ThreadSelector& selector, ThreadId thread);

// The claimed process; an error if there is none.
Result<Pid> process_of(Context& context);
Result<const arch::Architecture*> architecture_of(Context& context);

}  // namespace stub
