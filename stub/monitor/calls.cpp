// `monitor syscalls`: what a process asks of its kernel.
#include "stub/inspect/printable.hpp"
#include "stub/monitor/commands.hpp"

namespace stub::monitor {
namespace {

std::string last_of(const View& view, ThreadId thread) {
  const auto lines = view.calls.last(thread);
  if (lines.empty()) return {};
  const auto name = inspect::printable(view.target.thread_name(thread));
  auto out = "Thread " + std::to_string(number(thread.tid)) + (name.empty() ? "" : " \"" + name + "\"") + ":\n";
  for (const auto& line : lines) out += "  " + line + "\n";
  return out;
}

std::string last_of_all(const View& view, Pid pid) {
  std::string out;
  for (const auto thread : view.target.threads(pid)) out += last_of(view, thread);
  return out.empty() ? "No system calls are recorded; begin with 'monitor syscalls on' or 'record'.\n" : out;
}

}  // namespace

Result<std::string> system_calls(const View& view, const Words& words) {
  const auto pid = TRY(process(view));
  const auto& what = words.size() == 1 ? words[0] : "";
  if (what == "last") return last_of_all(view, pid);
  if (what == "off") {
    view.calls.stop(pid);
    return std::string("System calls are not told any more.\n");
  }
  if (what != "on" && what != "record") return fail(Errc::malformed, "'syscalls' wants on, record, off or last.");
  const bool told = what == "on" && view.call_lines != nullptr;
  TRY(view.calls.observe(pid, told ? view.call_lines : nullptr));
  if (told) return std::string("System calls are printed as they return.\n");
  return std::string(what == "on" ? "In non-stop mode gdb takes no text while the program runs. " : "") +
         "System calls are recorded; see them with 'monitor syscalls last'.\n";
}

}  // namespace stub::monitor
