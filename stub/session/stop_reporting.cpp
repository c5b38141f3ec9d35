#include "stub/session/stop_reporting.hpp"

#include "protocol/little_endian.hpp"
namespace stub {
namespace {

StopReason reason_of(const StopEvent& event) {
  return std::visit(
      Overloaded{
          [](const stop::Breakpoint&) -> StopReason { return stop_reason::SoftwareBreakpoint{}; },
          [](const stop::ProgramBreakpoint&) -> StopReason { return stop_reason::SoftwareBreakpoint{}; },
          [](const stop::HardwareBreakpoint&) -> StopReason { return stop_reason::HardwareBreakpoint{}; },
          [](const stop::Watchpoint& w) -> StopReason { return stop_reason::Watchpoint{w.stoppoint, w.hit, w.slot}; },
          [](const stop::Step&) -> StopReason { return stop_reason::Step{}; },
          [](const stop::Signal&) -> StopReason { return stop_reason::Signal{}; },
          [](const stop::Exec& e) -> StopReason { return stop_reason::Exec{e.path}; },
          [](const auto&) -> StopReason { return stop_reason::None{}; },
      },
      event.what);
}

KernelSignal signal_of(const StopEvent& event) {
  const auto* signal = std::get_if<stop::Signal>(&event.what);
  return signal != nullptr ? signal->signal : signals::trap;
}

std::vector<RegisterValue> read_all(Context& context, ThreadId thread, const std::vector<RegisterNumber>& wanted) {
  std::vector<RegisterValue> values;
  for (const auto reg : wanted)
    if (auto value = context.target.read_register(thread, reg)) values.push_back({reg, std::move(*value)});
  return values;
}

Address pc_of(Context& context, const arch::Architecture& architecture, ThreadId thread) {
  const auto bytes = context.target.read_register(thread, architecture.pc);
  return {bytes ? from_little_endian(*bytes) : 0};
}

// What is known of a thread without its registers.
StoppedThread describe(Context& context, ThreadId thread) {
  StoppedThread stopped{.id = thread, .name = {}, .signal = {}, .reason = {}, .pc = {}, .registers = {}};
  if (const auto* event = context.all_stop.reason(thread)) {
    stopped.signal = signal_of(*event);
    stopped.reason = reason_of(*event);
  } else if (thread == context.all_stop.current()) {
    stopped.signal = context.interrupted ? context.dialect.interrupt : context.dialect.no_reason;
    stopped.reason = stop_reason::Interrupt{};
  }
  return stopped;
}

StoppedThread gdb_thread(Context& context, ThreadId thread) {
  auto stopped = describe(context, thread);
  if (const auto* architecture = context.target.architecture(thread.pid))
    stopped.registers = read_all(context, thread, architecture->gdb_expedited);
  return stopped;
}

enum class Expedite : std::uint8_t { all, few };

StoppedThread lldb_thread(Context& context, ThreadId thread, Expedite expedite) {
  auto stopped = describe(context, thread);
  stopped.name = context.target.thread_name(thread);
  if (const auto* architecture = context.target.architecture(thread.pid)) {
    stopped.registers = read_all(
        context, thread, expedite == Expedite::all ? architecture->lldb_expedited : architecture->gdb_expedited);
    stopped.pc = pc_of(context, *architecture, thread);
  }
  return stopped;
}

std::vector<StoppedThread> lldb_threads(Context& context) {
  std::vector<StoppedThread> all;
  if (const auto pid = context.all_stop.process())
    for (const auto thread : context.target.threads(*pid)) all.push_back(lldb_thread(context, thread, Expedite::few));
  return all;
}

std::string reply_for(Context& context, ThreadId thread) {
  const auto& dialect = context.dialect;
  if (dialect.client == Client::gdb)
    return gdb_stop_reply(gdb_thread(context, thread), {dialect.ids, dialect.software_breakpoint_reasons,
                                                        dialect.hardware_breakpoint_reasons, dialect.exec_events});
  const auto all = context.lists_threads ? lldb_threads(context) : std::vector<StoppedThread>{};
  return lldb_stop_reply(lldb_thread(context, thread, Expedite::all), all, {dialect.ids, context.lists_threads});
}

}  // namespace

std::string stop_reply(Context& context) { return reply_for(context, context.all_stop.current()); }

std::string thread_stop_reply(Context& context, ThreadId thread) { return reply_for(context, thread); }

std::string threads_info(Context& context) { return lldb_threads_info(lldb_threads(context)); }

std::string end_reply(Context& context, const StopEvent& event) {
  Exit exit{.pid = event.thread.pid, .how = 0};
  if (const auto* exited = std::get_if<stop::Exited>(&event.what)) exit.how = exited->code;
  if (const auto* killed = std::get_if<stop::Killed>(&event.what)) exit.how = killed->signal;
  context.exit_status = event.exit_status();
  context.last_words = exit_reply(exit, context.dialect.ids, context.dialect.signals);
  return context.last_words;
}

bool wants(const Context& context, const StopEvent& event) {
  return context.dialect.exec_events || !std::holds_alternative<stop::Exec>(event.what);
}

}  // namespace stub
