#include "stub/session/dialect.hpp"

namespace stub {

Dialect make_dialect(const ClientFeatures& features) {
  Dialect dialect{.client = features.identify()};
  if (features.has("multiprocess+")) dialect.ids = ThreadIdForm::multiprocess;
  dialect.exec_events = true;
  dialect.keeps_environment = false;
  dialect.expedites = dialect.client == Client::lldb;
  if (dialect.client != Client::gdb) return dialect;
  dialect.signals = SignalNumbering::gdb;
  dialect.run_lengths = RunLengths::on;
  dialect.errors = features.has("error-message+") ? ErrorStyle::gdb_text : ErrorStyle::code;
  dialect.target_description = RegisterNames::gdb;
  dialect.all_reasons_at_once = false;
  dialect.prefixed_binary = true;
  dialect.software_breakpoint_reasons = features.has("swbreak+");
  dialect.keeps_environment = true;
  dialect.hardware_breakpoint_reasons = features.has("hwbreak+");
  dialect.exec_events = features.has("exec-events+");
  dialect.tells_starvation = features.has("no-resumed+");
  dialect.reads_description = features.has_key("xmlRegisters");
  dialect.shows_output = false;
  dialect.raw_arguments = features.has("single-inf-arg+");
  dialect.lists_main_program = true;
  dialect.knows_before_loader = true;
  dialect.sees_writes_as_reads = false;
  dialect.stat_follows_links = features.has("multi-wp-addr+");  // 17 and later
  dialect.outlives_processes = false;
  dialect.continues_whole_process = false;
  dialect.sends_signals = false;
  dialect.takes_any_process = true;
  if (features.has("error-message+")) dialect.debug_words = monitor::DebugWords::of_parts;
  dialect.no_reason = signals::trap;
  dialect.interrupt = signals::interrupt;
  dialect.keeps_interrupts = true;
  dialect.no_threads = "l";
  dialect.no_process = "W00";
  return dialect;
}

}  // namespace stub
