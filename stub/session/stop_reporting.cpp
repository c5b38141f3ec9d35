#include "stub/session/stop_reporting.hpp"

#include <algorithm>

#include "protocol/little_endian.hpp"
#include "stub/inspect/fault.hpp"
#include "stub/session/partings.hpp"

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
          [](const stop::Fork& f) -> StopReason {
            if (f.kind == stop::Fork::Kind::vfork) return stop_reason::Vfork{f.child};
            return stop_reason::Fork{f.child};
          },
          [](const stop::VforkDone&) -> StopReason { return stop_reason::VforkDone{}; },
          [](const stop::Clone& c) -> StopReason { return stop_reason::Clone{c.child}; },
          [](const stop::ThreadBirth&) -> StopReason { return stop_reason::ThreadBirth{}; },
          [](const stop::SystemCall& c) -> StopReason {
            if (c.at == stop::SystemCall::At::entry) return stop_reason::SystemCallEntry{c.number};
            return stop_reason::SystemCallReturn{c.number};
          },
          [](const auto&) -> StopReason { return stop_reason::None{}; },
      },
      event.what);
}

KernelSignal signal_of(const Context& context, const StopEvent& event) {
  if (std::holds_alternative<stop::Halted>(event.what))
    return context.halting == event.thread ? context.dialect.interrupt : signals::none;
  const auto* signal = std::get_if<stop::Signal>(&event.what);
  return signal != nullptr ? signal->signal : signals::trap;
}

std::vector<RegisterValue> read_all(Context& context, ThreadId thread, const std::vector<RegisterNumber>& wanted) {
  std::vector<RegisterValue> values;
  for (const auto reg : wanted)
    if (auto value = context.target.read_register(thread, reg)) values.push_back({reg, std::move(*value)});
  return values;
}

// What is known of a thread without its registers.
StoppedThread describe(Context& context, ThreadId thread) {
  StoppedThread stopped{.id = thread, .name = {}, .signal = {}, .reason = {}, .pc = {}, .registers = {}};
  if (const auto* event = context.claims.reason(thread)) {
    stopped.signal = signal_of(context, *event);
    stopped.reason = reason_of(*event);
  } else if (thread == context.claims.current()) {
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

using Part = Expedition::Part;

Address address_in(Context& context, ThreadId thread, RegisterNumber reg) {
  const auto bytes = context.target.read_register(thread, reg);
  return {bytes ? from_little_endian(*bytes) : 0};
}

// Below the stack pointer only within its page: the one before may be none of the stack's.
std::vector<MemoryValue> stack_of(Context& context, ThreadId thread, Part part, Address stack_pointer) {
  constexpr std::uint64_t page = 4096;
  const auto told = context.expedition.stack(thread, part, stack_pointer);
  if (told == StackPart{}) return {};
  const auto below = std::min<std::uint64_t>(told.below, stack_pointer.value % page);
  auto bytes = context.target.read_memory(thread.pid, stack_pointer - below, below + told.above);
  if (!bytes) return {};
  return {{stack_pointer - below, std::move(*bytes)}};
}

void expedite(Context& context, const arch::Architecture& cpu, Part part, StoppedThread& thread) {
  auto registers = part == Part::stopped ? cpu.lldb_expedited : cpu.gdb_expedited;
  if (context.dialect.expedites) {
    for (const auto reg : context.expedition.registers(thread.id))
      if (std::ranges::find(registers, reg) == registers.end()) registers.push_back(reg);
    thread.memory = stack_of(context, thread.id, part, address_in(context, thread.id, cpu.sp));
  }
  thread.registers = read_all(context, thread.id, registers);
}

std::string description_of(Context& context, ThreadId thread, KernelSignal signal) {
  const auto* architecture = context.target.architecture(thread.pid);
  const auto info = context.target.signal_info(thread);
  if (architecture == nullptr || !info) return {};
  return inspect::lldb_fault_text(inspect::fault_of(signal, *info, architecture->pointer_size));
}

StoppedThread lldb_thread(Context& context, ThreadId thread, Part part) {
  auto stopped = describe(context, thread);
  if (auto* signal = std::get_if<stop_reason::Signal>(&stopped.reason))
    signal->description = description_of(context, thread, stopped.signal);
  stopped.name = context.target.thread_name(thread);
  if (const auto* architecture = context.target.architecture(thread.pid)) {
    expedite(context, *architecture, part, stopped);
    stopped.pc = address_in(context, thread, architecture->pc);
  }
  return stopped;
}

Part part_of(const Context& context, ThreadId thread) {
  return context.claims.reason(thread) == nullptr ? Part::bystander : Part::stopped;
}

std::string lldb_reply(Context& context, ThreadId thread) {
  const auto told = lldb_thread(context, thread, Part::stopped);
  std::vector<StoppedThread> all;
  if (context.lists_threads) {
    // Of one process: without its number lldb takes every thread for one of the process that it shows.
    const auto threads = context.target.threads(thread.pid);
    all.reserve(threads.size());
    for (const auto other : threads)
      all.push_back(other == thread ? told : lldb_thread(context, other, part_of(context, other)));
  }
  return lldb_stop_reply(told, all, {context.dialect.ids, context.lists_threads, context.dialect.expedites});
}

std::string reply_for(Context& context, ThreadId thread) {
  const auto& dialect = context.dialect;
  if (dialect.client == Client::gdb)
    return gdb_stop_reply(gdb_thread(context, thread), {.ids = dialect.ids,
                                                        .software_breakpoints = dialect.software_breakpoint_reasons,
                                                        .hardware_breakpoints = dialect.hardware_breakpoint_reasons,
                                                        .exec_events = dialect.exec_events,
                                                        .thread = !context.surroundings.withheld.threads_of_stops,
                                                        .details = !context.surroundings.withheld.details_of_stops});
  return lldb_reply(context, thread);
}

// gdb takes the program's own breakpoints for its own kind: at their address. It steps over them itself.
void adjust_pc(Context& context, const StopEvent& event) {
  const auto* own = std::get_if<stop::ProgramBreakpoint>(&event.what);
  const auto* architecture = context.target.architecture(event.thread.pid);
  if (own == nullptr || architecture == nullptr || !context.dialect.software_breakpoint_reasons) return;
  static_cast<void>(context.target.write_register(event.thread, architecture->pc,
                                                  to_little_endian(own->address.value, architecture->pointer_size)));
}

// The target has handed all of them down. lldb thinks what the kernel does, that debug registers are not inherited: it
// sets those of a child that it follows out of a fork, and wants none of them before a vfork's child has its program.
void hand_down(Context& context, Pid parent, Pid child) {
  const auto all = context.stoppoints;
  for (const auto& [pid, stoppoint] : all) {
    if (pid != parent) continue;
    const bool kept = stoppoint.type == StoppointType::software_breakpoint || context.dialect.client == Client::gdb;
    if (kept) context.stoppoints.insert({child, stoppoint});
    if (!kept) static_cast<void>(context.target.remove(child, stoppoint));
  }
}

void take_note(Context& context, const StopEvent& event) {
  // A client to which threads stop one by one takes ends in when it likes, asks on until then, and leaves by itself.
  if (event.ends_process())
    return forget_process(context, event.thread.pid, context.stops_singly ? Parting::none : Parting::exited);
  if (event.ends_thread()) {
    if (context.general == event.thread) context.general.reset();
    if (context.resuming == event.thread) context.resuming.reset();
  }
  if (context.halting == event.thread) context.halting.reset();
  if (std::holds_alternative<stop::Exec>(event.what))
    std::erase_if(context.stoppoints, [&](const auto& entry) { return entry.first == event.thread.pid; });
  const auto* fork = std::get_if<stop::Fork>(&event.what);
  if (fork == nullptr) return;
  context.claims.add(fork->child.pid);
  hand_down(context, event.thread.pid, fork->child.pid);
}

}  // namespace

std::string tell(Context& context, const StopEvent& event) {
  adjust_pc(context, event);
  auto text = event.ends_thread() ? end_reply(context, event) : reply_for(context, event.thread);
  take_note(context, event);
  return text;
}

std::string tell(Context& context, const Notice& notice) {
  return notice.event ? tell(context, *notice.event) : reply_for(context, notice.thread);
}

std::string stop_reply(Context& context) { return reply_for(context, context.claims.current()); }

std::string interrupt(Context& context) {
  context.interrupted = true;
  const auto event = context.all_stop.interrupt();
  return event ? end_reply(context, *event) : stop_reply(context);
}

std::string thread_stop_reply(Context& context, ThreadId thread) { return reply_for(context, thread); }

std::string threads_info(Context& context) {
  const auto threads = context.target.threads(general_thread(context).pid);
  std::vector<StoppedThread> all;
  all.reserve(threads.size());
  for (const auto thread : threads) all.push_back(lldb_thread(context, thread, Part::bystander));
  return lldb_threads_info(all);
}

std::string end_reply(Context& context, const StopEvent& event) {
  if (const auto* thread = std::get_if<stop::ThreadExit>(&event.what))
    return thread_exit_reply(event.thread, thread->code, context.dialect.ids);
  Exit exit{.pid = event.thread.pid, .how = 0};
  if (const auto* exited = std::get_if<stop::Exited>(&event.what)) exit.how = exited->code;
  if (const auto* killed = std::get_if<stop::Killed>(&event.what)) exit.how = killed->signal;
  context.exit_status = exit_status(event.what);
  context.last_words = exit_reply(exit, context.dialect.ids, context.dialect.signals);
  return context.last_words;
}

bool wants(const Context& context, const StopEvent& event) {
  return context.dialect.exec_events || !std::holds_alternative<stop::Exec>(event.what);
}

}  // namespace stub
