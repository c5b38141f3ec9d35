#include "stub/inspect/crash_report.hpp"

#include <algorithm>

#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "stub/arch/disassembler.hpp"
#include "stub/inspect/printable.hpp"
#include "stub/inspect/process_tables.hpp"

namespace stub::inspect {
namespace {

constexpr std::size_t instructions_before = 5, instructions_behind = 6;
constexpr std::size_t most_frames_of_all = 20000, fewest_frames = 8;
constexpr std::uint64_t furthest_start = 4096, longest_instruction = 15;

std::vector<RegisterValue> registers_of(Target& target, const arch::Architecture& architecture, ThreadId thread) {
  std::vector<RegisterValue> out;
  const auto& all = architecture.layout.registers;
  for (std::uint32_t n = 0; n < all.size(); ++n) {
    // Those of the first feature that a word holds: the ones that gdb and lldb call general.
    if (all[n].feature != 0 || all[n].bits > 64 || all[n].encoding != "uint" || all[n].type == "int") continue;
    const auto bytes = target.read_register(thread, RegisterNumber{n});
    if (bytes) out.push_back({all[n].name, "0x" + hex(from_little_endian(*bytes), all[n].bits / 4)});
  }
  return out;
}

std::string symbol_text(Unwinder& unwinder, Address address) {
  const auto place = unwinder.find(address);
  return place ? place->name + "+" + std::to_string(place->offset) : std::string();
}

std::vector<arch::Instruction> instructions(Target& target, const arch::Architecture& architecture, Pid pid,
                                            Address start, std::uint64_t length) {
  const auto code = target.read_memory(pid, start, length);
  if (!code) return {};
  return arch::disassemble(architecture, *code, start, length).value_or(std::vector<arch::Instruction>{});
}

// Instructions have no fixed length: what stands before the pc can be told only from the function's beginning on.
std::vector<CodeLine> code_around(Target& target, Unwinder& unwinder, const arch::Architecture& architecture, Pid pid,
                                  Address pc) {
  const auto place = unwinder.find(pc);
  const bool near = place && place->offset <= furthest_start;
  const auto length = instructions_behind * longest_instruction;
  const auto offset = near ? place->offset : 0;
  auto found = instructions(target, architecture, pid, pc - offset, offset + length);
  auto at = std::ranges::find(found, pc, &arch::Instruction::address);
  if (at == found.end()) {
    found = instructions(target, architecture, pid, pc, length);
    at = found.begin();
  }
  const auto begin = at - std::min<std::ptrdiff_t>(at - found.begin(), instructions_before);
  const auto end = at + std::min<std::ptrdiff_t>(found.end() - at, instructions_behind);
  std::vector<CodeLine> out;
  out.reserve(static_cast<std::size_t>(end - begin));
  for (auto line = begin; line != end; ++line)
    out.push_back({line->address, symbol_text(unwinder, line->address), line->text, line->address == pc});
  return out;
}

// What was hit: of a jump to nowhere that is the pc itself.
std::string mapping_of(Target& target, Pid pid, const std::optional<Fault>& fault) {
  if (!fault || !fault->address) return {};
  const auto regions = target.memory_map(pid);
  return regions ? mapping_text(*regions, *fault->address) : std::string();
}

void add_thread_details(Target& target, Unwinder& unwinder, ThreadId thread, CrashReport& report) {
  const auto* architecture = target.architecture(thread.pid);
  if (architecture == nullptr) return;
  report.pointer_size = architecture->pointer_size;
  report.registers = registers_of(target, *architecture, thread);
  if (const auto pc = target.read_register(thread, architecture->pc); pc)
    report.code = code_around(target, unwinder, *architecture, thread.pid, Address{from_little_endian(*pc)});
}

}  // namespace

std::vector<ThreadReport> report_threads(Target& target, Unwinder& unwinder, ThreadId first) {
  auto threads = target.threads(first.pid);
  std::ranges::stable_partition(threads, [first](ThreadId id) { return id == first; });
  std::vector<ThreadReport> out;
  out.reserve(threads.size());
  auto left = most_frames_of_all;  // a thousand threads in endless recursion must not make a report of gigabytes
  for (const auto& id : threads) {
    auto trace = unwinder.backtrace(id, std::clamp(left, fewest_frames, Unwinder::most_frames));
    if (trace) left -= std::min(left, trace->frames.size());
    ThreadReport report{.id = id, .name = printable(target.thread_name(id)), .backtrace = {}, .error = {}};
    if (trace) {
      report.backtrace = std::move(*trace);
    } else {
      report.error = trace.error().text;
    }
    out.push_back(std::move(report));
  }
  return out;
}

CrashReport make_crash_report(Target& target, Host& host, ThreadId thread, std::optional<KernelSignal> signal,
                              std::string occasion) {
  const auto pid = thread.pid;
  Unwinder unwinder(target, host, pid);
  CrashReport report{.pid = pid};
  report.program = printable(host.program(pid));
  if (const auto facts = host.process_facts(pid); facts)
    for (const auto& argument : facts->arguments) report.arguments.push_back(printable(argument));
  report.occasion = std::move(occasion);
  add_thread_details(target, unwinder, thread, report);
  if (signal) {
    const auto info = target.signal_info(thread).value_or(Bytes{});
    report.fault = fault_of(*signal, info, report.pointer_size);
  }
  report.mapping = mapping_of(target, pid, report.fault);
  report.threads = report_threads(target, unwinder, thread);
  report.modules = unwinder.modules();
  report.limits = limits_table(host, pid).value_or(Table{});
  return report;
}

}  // namespace stub::inspect
