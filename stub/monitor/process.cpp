// What a process is doing and what it has: the same that stub's own commands print.
#include "stub/inspect/crash_report.hpp"
#include "stub/inspect/process_tables.hpp"
#include "stub/monitor/commands.hpp"

namespace stub::monitor {
namespace {

Result<std::string> text_of(Result<inspect::Table> table) { return inspect::table_text(TRY(std::move(table))); }

std::string all_backtraces(const View& view, inspect::Unwinder& unwinder, std::size_t pointer_size) {
  std::string out;
  for (const auto& thread : inspect::report_threads(view.target, unwinder, view.thread))
    out += (out.empty() ? "" : "\n") + inspect::thread_text(thread, pointer_size);
  return out;
}

}  // namespace

Result<std::string> threads(const View& view, const Words&) {
  const auto pid = TRY(process(view));
  inspect::Unwinder unwinder(view.target, view.host, pid);
  return inspect::table_text(inspect::threads_table(view.target, unwinder, view.thread));
}

Result<std::string> backtrace(const View& view, const Words& words) {
  const auto pid = TRY(process(view));
  const auto* architecture = view.target.architecture(pid);
  if (architecture == nullptr) return fail(Errc::no_process, "There is no process.");
  if (words.size() > 1 || (words.size() == 1 && words[0] != "all"))
    return fail(Errc::malformed, "'backtrace' wants nothing, or all.");
  inspect::Unwinder unwinder(view.target, view.host, pid);
  if (!words.empty()) return all_backtraces(view, unwinder, architecture->pointer_size);
  const auto stack = TRY(unwinder.backtrace(view.thread));
  return inspect::backtrace_text(stack, architecture->pointer_size);
}

Result<std::string> auxv(const View& view, const Words&) {
  const auto pid = TRY(process(view));
  return text_of(inspect::auxv_table(view.target, pid));
}

Result<std::string> descriptors(const View& view, const Words&) {
  const auto pid = TRY(process(view));
  return text_of(inspect::descriptors_table(view.host, pid));
}

Result<std::string> signal_sets(const View& view, const Words&) {
  const auto pid = TRY(process(view));
  return text_of(inspect::signals_table(view.host, pid, view.target.threads(pid)));
}

}  // namespace stub::monitor
