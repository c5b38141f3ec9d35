#include "stub/inspect/core_notes.hpp"

#include <algorithm>

#include "protocol/little_endian.hpp"
#include "stub/arch/core_layout.hpp"

namespace stub::inspect {
namespace {

// elf.h
constexpr std::uint32_t nt_prstatus = 1, nt_prpsinfo = 3, nt_auxv = 6, nt_siginfo = 0x53494749, nt_file = 0x46494c45;
constexpr std::string_view kernel = "CORE";
constexpr std::size_t general = 0, extended = 1;  // rows of Architecture::sets
constexpr std::size_t signal_info_size = 128;     // asm-generic/siginfo.h, SI_MAX_SIZE
constexpr std::uint64_t page_size = 4096;

constexpr std::size_t aligned(std::size_t size) { return (size + 3) / 4 * 4; }

void add_number(Bytes& out, std::uint64_t value, std::size_t size) {
  const auto bytes = to_little_endian(value, size);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// ptrace's own stops have codes that no signal has: the event above the signal, or the mark of a system call
// (kernel/signal.c, ptrace_do_notify; ptrace(2), PTRACE_O_TRACESYSGOOD).
bool is_of_a_signal(std::int32_t code) {
  constexpr std::int32_t highest_code = 0xff, system_call = 0x85;
  return code <= highest_code && code != system_call;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

Bytes process_information(Target& target, Host& host, Pid pid) {
  const ThreadId first{pid, leader(pid)};
  const auto task = host.task_facts(first).value_or(TaskFacts{});
  const auto process = host.process_facts(pid).value_or(ProcessFacts{});
  const auto name = target.thread_name(first);
  const auto arguments = joined(process.arguments);
  return arch::core_prpsinfo(*target.architecture(pid), {.state = task.state,
                                                         .nice = task.nice,
                                                         .flags = task.flags,
                                                         .user = process.real_user,
                                                         .group_of_user = process.real_group,
                                                         .number = number(pid),
                                                         .parent = number(task.parent),
                                                         .group = task.group,
                                                         .session = task.session,
                                                         .name = name,
                                                         .arguments = arguments});
}

// fs/binfmt_elf.c, fill_files_note: a count, the size of a page, for each its start, end and place in the file in
// pages; then all their names.
Bytes files(const std::vector<CoreSegment>& segments, std::size_t word) {
  const auto is_file = [](const CoreSegment& segment) { return segment.region.name.starts_with('/'); };
  Bytes out;
  add_number(out, static_cast<std::uint64_t>(std::ranges::count_if(segments, is_file)), word);
  add_number(out, page_size, word);
  for (const auto& segment : segments) {
    if (!is_file(segment)) continue;
    const auto& region = segment.region;
    for (const auto value : {region.start.value, region.end.value, region.offset / page_size})
      add_number(out, value, word);
  }
  for (const auto& segment : segments) {
    if (!is_file(segment)) continue;
    const auto name = as_bytes(segment.region.name);
    out.insert(out.end(), name.begin(), name.end());
    out.push_back(0);
  }
  return out;
}

}  // namespace

std::size_t note_size(std::size_t contents) { return 12 + 8 + aligned(contents); }

// Both owners that there are, CORE and LINUX, take 8 bytes.
void add_note(Bytes& out, std::string_view owner, std::uint32_t type, ByteView contents) {
  add_number(out, owner.size() + 1, 4);
  add_number(out, contents.size(), 4);
  add_number(out, type, 4);
  const auto name = as_bytes(owner);
  out.insert(out.end(), name.begin(), name.end());
  out.resize(out.size() + 8 - owner.size());
  out.insert(out.end(), contents.begin(), contents.end());
  out.resize(out.size() + aligned(contents.size()) - contents.size());
}

Result<CoreThreadNotes> CoreThreadNotes::of(Target& target, ThreadId thread) {
  TRY(target.register_set(thread, general));
  CoreThreadNotes out;
  out.thread_ = thread;
  const auto info = target.signal_info(thread);
  if (!info || info->size() < 12) return out;
  const auto at = [&](std::size_t offset) {
    return static_cast<std::int32_t>(from_little_endian(ByteView(*info).subspan(offset, 4)));
  };
  if (!is_of_a_signal(at(8))) return out;
  out.signal_ = at(0);
  out.code_ = at(8);
  return out;
}

std::size_t CoreThreadNotes::size(const arch::Architecture& architecture) const {
  auto out = note_size(arch::core_prstatus_size(architecture));
  if (signal_ != 0) out += note_size(signal_info_size);
  for (const auto& note : architecture.core_notes) out += note_size(note.size);
  return out;
}

// What cannot be read any more (somebody has killed the process) is zero: the notes have their places.
void CoreThreadNotes::add_status(Bytes& out, Target& target, Host& host) const {
  const auto& architecture = *target.architecture(thread_.pid);
  const auto task = host.task_facts(thread_).value_or(TaskFacts{});
  auto registers = target.register_set(thread_, general).value_or(Bytes{});
  registers.resize(architecture.sets[general].size);
  add_note(out, kernel, nt_prstatus,
           arch::core_prstatus(architecture,
                               {.number = number(thread_.tid),
                                .parent = number(task.parent),
                                .group = task.group,
                                .session = task.session,
                                .signal = signal_,
                                .code = code_,
                                .pending = task.pending,
                                .blocked = task.blocked,
                                .microseconds = task.microseconds},
                               registers));
  if (signal_ == 0) return;
  auto info = target.signal_info(thread_).value_or(Bytes{});
  info.resize(signal_info_size);
  add_note(out, kernel, nt_siginfo, info);
}

void CoreThreadNotes::add_registers(Bytes& out, Target& target) const {
  const auto& architecture = *target.architecture(thread_.pid);
  auto bytes = target.register_set(thread_, extended).value_or(Bytes{});
  bytes.resize(architecture.sets[extended].size);
  for (const auto& note : architecture.core_notes) add_note(out, note.owner, note.type, note.make(bytes));
}

Bytes core_process_notes(Target& target, Host& host, Pid pid, const std::vector<CoreSegment>& segments) {
  Bytes out;
  add_note(out, kernel, nt_prpsinfo, process_information(target, host, pid));
  if (const auto auxv = target.auxv(pid)) add_note(out, kernel, nt_auxv, *auxv);
  add_note(out, kernel, nt_file, files(segments, target.architecture(pid)->pointer_size));
  return out;
}

}  // namespace stub::inspect
