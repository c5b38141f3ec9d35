// stub bt PID [--json]
#include "stub/command_line.hpp"
#include "stub/commands/commands.hpp"
#include "stub/commands/visit.hpp"
#include "stub/inspect/crash_report.hpp"

namespace stub::commands {
namespace {

// The process goes on before anything is printed: whoever reads may be slow.
Result<std::string> report(Pid pid, bool json) {
  Visit visit;
  TRY(visit.begin(pid));
  const auto* architecture = visit.target().architecture(pid);
  if (architecture == nullptr) return fail(Errc::no_process, "the process has ended");
  inspect::Unwinder unwinder(visit.target(), visit.host(), pid);
  const auto threads = inspect::report_threads(visit.target(), unwinder, {pid, leader(pid)});
  if (json) return inspect::threads_json(pid, threads);
  std::string out;
  for (const auto& thread : threads)
    out += (out.empty() ? "" : "\n") + inspect::thread_text(thread, architecture->pointer_size);
  return out;
}

}  // namespace

Result<int> backtrace(const Words& words, const Print& print) {
  const auto arguments = TRY(parse(words));
  if (arguments.words.size() != 1) return fail(Errc::malformed, "stub bt wants one process id");
  const auto pid = TRY(command_line::parse_pid(arguments.words[0]));
  print(TRY(report(pid, arguments.json)));
  return 0;
}

}  // namespace stub::commands
