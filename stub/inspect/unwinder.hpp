// Unwinder: the stacks of one process's threads, by the unwind tables (.eh_frame, .debug_frame) of the files that it
// has mapped, by frame pointers where there are none; with names and source lines as far as the files have them.
//
// It is elfutils' libdwfl. Memory and registers come from the Target, files from the Host, as the process sees them;
// nothing is fetched from anywhere. The process must stay stopped, and its modules as they are.
#pragma once

#include <memory>

#include "stub/inspect/backtrace.hpp"
#include "stub/inspect/symbols.hpp"
#include "stub/target/host.hpp"
#include "stub/target/target.hpp"

namespace stub::inspect {

// A file that is mapped.
struct Module {
  std::string file;
  AddressRange range;
  Bytes build_id;  // none: it has no such note, or cannot be read
};

class Unwinder {
 public:
  static constexpr std::size_t most_frames = 256;

  Unwinder(Target& target, Host& host, Pid pid);
  Unwinder(const Unwinder&) = delete;
  Unwinder& operator=(const Unwinder&) = delete;
  ~Unwinder();

  // The thread must be stopped. It has at least one frame.
  [[nodiscard]] Result<Backtrace> backtrace(ThreadId thread, std::size_t most = most_frames);
  [[nodiscard]] std::optional<SymbolPlace> find(Address address);
  [[nodiscard]] std::vector<Module> modules();

 private:
  class Process;
  std::unique_ptr<Process> process_;
};

}  // namespace stub::inspect
