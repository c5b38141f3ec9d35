#include "protocol/commands/parsers.hpp"

namespace stub::parsers {

Result<Command> select_thread(Cursor in) {
  SelectThread packet;
  if (in.skip('g')) {
    packet.purpose = SelectThread::For::other_operations;
  } else if (in.skip('c')) {
    packet.purpose = SelectThread::For::resume;
  } else {
    return Command{UnknownCommand{}};
  }
  const auto thread = parse_thread_selector(in);
  if (!thread || !in.done()) return malformed("Hg or Hc and a thread id");
  packet.thread = *thread;
  return Command{ThreadCommand{packet}};
}

Result<Command> thread_alive(Cursor in) {
  const auto thread = parse_thread_selector(in);
  if (!thread || !in.done()) return malformed("T and a thread id");
  return Command{ThreadCommand{QueryThreadAlive{*thread}}};
}

Result<Command> thread_stop(Cursor in) {
  const auto tid = in.id();
  if (!tid || !in.done()) return malformed("qThreadStopInfo and a thread id");
  return Command{ThreadCommand{QueryThreadStop{Tid{*tid}}}};
}

Result<Command> thread_events(Cursor in) {
  if (in.rest() != ":0" && in.rest() != ":1") return malformed("QThreadEvents:0 or QThreadEvents:1");
  return Command{ThreadCommand{SetThreadEvents{in.rest() == ":1"}}};
}

// QThreadOptions;bits[:thread];…; the bits are gdb's (gdb/target/waitstatus.h): 1 clones, 2 exit.
Result<Command> thread_options(Cursor in) {
  SetThreadOptions packet;
  if (!in.skip(';')) return malformed("QThreadOptions;options:thread");
  while (!in.done()) {
    Cursor one(in.until(';'));
    const auto bits = one.hex();
    if (!bits || *bits > 3) return malformed("options of 0 to 3");
    SetThreadOptions::Assignment assignment{.clones = (*bits & 1) != 0, .exit = (*bits & 2) != 0, .threads = {}};
    if (one.skip(':')) {
      assignment.threads = parse_thread_selector(one);
      if (!assignment.threads) return malformed("a thread");
    }
    if (!one.done()) return malformed("QThreadOptions;options:thread");
    packet.assignments.push_back(assignment);
  }
  return Command{ThreadCommand{std::move(packet)}};
}

Result<Command> thread_local_address(Cursor in) {
  constexpr std::string_view want = "qGetTLSAddr:thread,offset,link map";
  if (!in.skip(':')) return malformed(want);
  const auto thread = parse_thread_selector(in);
  if (!thread || !in.skip(',')) return malformed(want);
  const auto offset = in.hex();
  if (!offset || !in.skip(',')) return malformed(want);
  const auto link_map = in.address();
  if (!link_map || !in.done()) return malformed(want);
  return Command{ThreadCommand{QueryThreadLocal{*thread, *offset, *link_map}}};
}

}  // namespace stub::parsers
