// Dialect: how a client is to be talked to, as a value. Chosen by what the client says first; handlers and reply
// writers read it and never ask who the client is.
#pragma once

#include <cstdint>

#include "protocol/features.hpp"
#include "protocol/framing.hpp"
#include "protocol/reply.hpp"
#include "protocol/selector.hpp"
#include "protocol/signal.hpp"
#include "stub/monitor/monitor.hpp"

namespace stub {

enum class RegisterNames : std::uint8_t { gdb, lldb };

struct Dialect {
  Client client = Client::script;
  SignalNumbering signals = SignalNumbering::native;
  ThreadIdForm ids = ThreadIdForm::plain;
  RunLengths run_lengths = RunLengths::off;
  ErrorStyle errors = ErrorStyle::code;
  RegisterNames target_description = RegisterNames::lldb;
  bool all_reasons_at_once = true;           // one stop tells why every thread stopped; else one event a stop
  bool prefixed_binary = false;              // replies to x begin with b
  bool software_breakpoint_reasons = false;  // swbreak:, and the pc at the program's own breakpoints too
  bool hardware_breakpoint_reasons = false;  // hwbreak:
  bool exec_events = false;                  // wants to be told of an exec; else it goes on
  bool lists_main_program = false;           // main-lm and namespaces in the library list
  bool knows_before_loader = false;          // an empty library list where the loader has not run; else an error
  bool tells_starvation = false;             // N: nothing that was resumed is left
  bool keeps_environment = true;             // a launch's variables are edits of our own environment
  bool raw_arguments = false;                // a launch's arguments are text for a shell
  bool reads_description = true;             // else it knows the registers that gdb assumes without one
  bool shows_output = true;                  // what a program prints is the client's to show; else our own terminal's
  bool sees_writes_as_reads = true;          // lives with it that a read watchpoint also stops at writes
  bool keeps_interrupts = false;             // one that comes while all is stopped stops what is resumed next
  bool stat_follows_links = true;            // vFile:stat; gdb 16 means by it what lstat does, for want of that
  bool outlives_processes = true;            // goes on without a process after D or vKill, like gdb's extended mode
  bool continues_whole_process = true;       // c, C: the process of Hc's thread; else that thread alone
  bool sends_signals = true;                 // C sends a running program's signal, and waits for it to stop by that
  bool takes_any_process = false;            // Hgp0.T, Hgp-1.T
  bool expedites = false;                    // stops tell what the client asks for next; jThreadsInfo knows no more
  monitor::DebugWords debug_words{};         // what `monitor set debug` says
  KernelSignal no_reason{signals::stop};     // reported where nothing has happened (launch, attach)
  KernelSignal interrupt{signals::stop};     // reported when the client interrupts
  std::string_view no_threads = "OK";        // qfThreadInfo without a process
  std::string_view no_process;               // ? without a process
};

// Before a client has shown itself it is spoken to as lldb-server would.
[[nodiscard]] Dialect make_dialect(const ClientFeatures& features);

}  // namespace stub
