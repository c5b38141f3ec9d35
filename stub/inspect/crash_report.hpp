// CrashReport: all that is told of a process that has stopped for good, as a value; written as text, JSON and HTML.
// What comes from the debuggee is printable in it, and bounded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stub/inspect/fault.hpp"
#include "stub/inspect/table.hpp"
#include "stub/inspect/unwinder.hpp"

namespace stub::inspect {

struct ThreadReport {
  ThreadId id;
  std::string name;
  Backtrace backtrace;
  std::string error;  // why there is no backtrace; empty: there is
};

struct RegisterValue {
  std::string name;
  std::string value;  // "0x0000000000000001"
};

struct CodeLine {
  Address address;
  std::string symbol;  // "main+4"; empty: unknown
  std::string text;
  bool current = false;  // the pc is here
};

struct CrashReport {
  Pid pid{};
  std::string program;
  std::vector<std::string> arguments;
  std::size_t pointer_size = 8;
  std::string occasion;                  // why it is written, in words
  std::optional<Fault> fault;            // none: no signal was it
  std::string mapping;                   // what is where the fault's address is
  std::vector<ThreadReport> threads;     // the one that it is about first
  std::vector<RegisterValue> registers;  // its
  std::vector<CodeLine> code;            // around its pc
  std::vector<Module> modules;
  Table limits;
  std::vector<std::string> system_calls;  // its last ones, where they were recorded
};

// Of a stopped process: every thread's backtrace, the given one's first.
[[nodiscard]] std::vector<ThreadReport> report_threads(Target& target, Unwinder& unwinder, ThreadId first);

// Of a stopped process. `signal`: what the thread is about to get; none: then `occasion` says why it is reported.
[[nodiscard]] CrashReport make_crash_report(Target& target, Host& host, ThreadId thread,
                                            std::optional<KernelSignal> signal, std::string occasion = {});

// `Thread 1234 "name":` and its backtrace.
[[nodiscard]] std::string thread_text(const ThreadReport& thread, std::size_t pointer_size);

[[nodiscard]] std::string report_text(const CrashReport& report);
[[nodiscard]] std::string report_json(const CrashReport& report);
// Of the threads alone.
[[nodiscard]] std::string threads_json(Pid pid, const std::vector<ThreadReport>& threads);
// One page without scripts that needs nothing else.
[[nodiscard]] std::string report_html(const CrashReport& report);

}  // namespace stub::inspect
