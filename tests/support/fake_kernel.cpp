#include "tests/support/fake_kernel.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "protocol/little_endian.hpp"
#include "tests/support/wait_words.hpp"

namespace stub::fake {
namespace {

constexpr int steps_of_a_wait = 300;
constexpr unsigned one_tick_in = 200;
constexpr std::uint32_t general_note = 1;  // NT_PRSTATUS
constexpr std::uint64_t at_sysinfo_ehdr = 33;
constexpr std::uint64_t end_of_user_space = (std::uint64_t{1} << 47) - page_size;  // TASK_SIZE_MAX

void put_word(Bytes& out, std::uint64_t value, unsigned size = 8) {
  for (unsigned i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// Which words a 32-bit thread's general registers are, in the order of asm/user_32.h.
constexpr std::array compat_words = {5, 11, 12, 13, 14, 4, 10, 23, 24, 25, 26, 15, 16, 17, 18, 19, 20};

// user_regset_view: as wide as the thread's own registers, whoever asks.
Bytes general_set(const Task& task, bool is_32_bit) {
  Bytes bytes;
  if (is_32_bit)
    for (const auto word : compat_words) put_word(bytes, task.registers[static_cast<std::size_t>(word)], 4);
  else
    for (const auto word : task.registers) put_word(bytes, word);
  return bytes;
}

// The call that would be restarted, and its result, are extended by sign (arch/x86/kernel/ptrace.c, putreg32).
void set_compat_set(Task& task, ByteView bytes) {
  for (std::size_t i = 0; i < compat_words.size(); ++i) {
    const auto word = static_cast<std::size_t>(compat_words[i]);
    const auto value = static_cast<std::uint32_t>(from_little_endian(bytes.subspan(4 * i, 4)));
    const bool is_signed = word == rax || word == orig_rax;
    task.registers[word] =
        is_signed ? static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)}) : value;
  }
}

}  // namespace

void FakeKernel::note(const std::string& what, Tid tid) const {
  if (!trace) return;
  const auto* task = machine_.find(tid);
  trace(std::to_string(number(tid)) + " " + what + (task == nullptr ? "" : " at " + std::to_string(task->pc().value)));
}

// ptrace_check_attach(): traced and in a trap; anything else is ESRCH.
Result<Task*> FakeKernel::stopped(Tid tid) {
  auto* task = machine_.find(tid);
  if (task == nullptr || !task->traced || task->dying || task->state != Task::State::trapped)
    return fail(Errc::no_thread, "the thread is gone");
  return task;
}

Result<Pid> FakeKernel::launch(const LaunchRequest& request) {
  const auto* program = machine_.program(request.arguments.front());
  if (program == nullptr) return std::unexpected(Error{Errc::cannot_run, "no such program", ENOENT});
  auto& task = machine_.create(*program);
  task.traced = true;
  task.state = Task::State::trapped;
  task.phase = Task::Phase::exec_told;
  return task.pid;
}

Result<> FakeKernel::seize(ThreadId thread, OnTracerDeath) {
  machine_.advance_a_little();
  note("seize", thread.tid);
  auto* task = machine_.find(thread.tid);
  if (task == nullptr) return fail(Errc::no_thread, "the thread is gone");
  if (!task->alive() || task->traced) return fail_system(EPERM, "not traceable");
  task->traced = true;
  if (task->state != Task::State::job_stopped) return {};
  task->state = Task::State::running;  // ptrace_attach(): from STOPPED to TRACED
  task->stop_pending = true;
  return {};
}

Result<> FakeKernel::interrupt(Tid tid) {
  machine_.advance_a_little();
  note("interrupt", tid);
  auto* task = machine_.find(tid);
  if (task == nullptr || !task->traced) return fail(Errc::no_thread, "the thread is gone");
  if (task->alive()) task->interrupt_pending = true;
  return {};
}

Result<> FakeKernel::resume(Tid tid, ResumeHow how, KernelSignal signal) {
  constexpr std::array names = {"run", "run to a call", "step", "listen"};  // as ResumeHow has them
  note(names.at(static_cast<std::size_t>(how)), tid);
  auto* task = TRY(stopped(tid));
  machine_.resume(*task, how, number(signal));
  machine_.advance_a_little();
  return {};
}

Result<> FakeKernel::detach(Tid tid, KernelSignal signal) {
  note("detach with " + std::to_string(number(signal)), tid);
  auto* task = TRY(stopped(tid));
  machine_.detach(*task, number(signal));
  machine_.advance_a_little();
  return {};
}

Result<> FakeKernel::send_signal(Pid pid, KernelSignal signal) {
  if (machine_.find_process(pid) == nullptr) return fail(Errc::no_thread, "no such process");
  if (signal != signals::none) machine_.send(pid, number(signal));
  return {};
}

Result<> FakeKernel::queue_signal(ThreadId thread, KernelSignal signal) {
  auto* task = machine_.find(thread.tid);
  if (task == nullptr || task->pid != thread.pid) return fail(Errc::no_thread, "no such thread");
  constexpr int sent_by_tgkill = -6;  // SI_TKILL
  machine_.queue(*task, {number(signal), sent_by_tgkill});
  return {};
}

std::optional<WaitStatus> FakeKernel::wait_for(std::optional<Tid> tid) {
  if (machine_.chance(one_tick_in)) return std::nullopt;
  for (int step = 0; step < steps_of_a_wait; ++step) {
    if (machine_.chance(2))
      if (auto status = reap(tid)) return status;
    if (!machine_.advance()) break;
  }
  return reap(tid);
}

std::optional<WaitStatus> FakeKernel::reap(std::optional<Tid> tid) {
  auto status = machine_.reap(tid);
  if (!status || !trace) return status;
  note("<- " + told(status->reason), status->tid);
  return status;
}

std::optional<WaitStatus> FakeKernel::wait(Tid tid, Milliseconds) {
  if (machine_.find(tid) == nullptr) return std::nullopt;  // ECHILD
  return wait_for(tid);
}

std::optional<WaitStatus> FakeKernel::wait_any(Milliseconds) { return wait_for(std::nullopt); }

std::optional<WaitStatus> FakeKernel::poll_any() {
  machine_.advance_a_little();
  return reap(std::nullopt);
}

Result<Bytes> FakeKernel::read_register_set(Tid tid, const arch::RegisterSet& set) {
  machine_.advance_a_little();
  const auto* task = TRY(stopped(tid));
  return set.note_type == general_note ? general_set(*task, is_32_bit(task->pid)) : task->extended;
}

Result<> FakeKernel::write_register_set(Tid tid, const arch::RegisterSet& set, ByteView bytes) {
  auto* task = TRY(stopped(tid));
  if (set.note_type != general_note) {
    task->extended.assign(bytes.begin(), bytes.end());
    return {};
  }
  if (is_32_bit(task->pid)) {
    set_compat_set(*task, bytes);
    return {};
  }
  for (std::size_t i = 0; i < words; ++i) task->registers[i] = from_little_endian(bytes.subspan(8 * i, 8));
  return {};
}

Result<> FakeKernel::write_debug_registers(Tid tid, const arch::DebugRegisters& registers) {
  auto* task = TRY(stopped(tid));
  task->debug.clear();
  for (std::size_t i = 0; i < arch::DebugRegisters::slots; ++i)
    if (registers.in_use(i) && registers.address(i) >= end_of_user_space)
      return fail_system(EINVAL, "no address that a program has");
  task->debug = registers;
  return {};
}

Result<std::uint64_t> FakeKernel::take_debug_status(Tid tid) {
  auto* task = TRY(stopped(tid));
  return std::exchange(task->debug_status, 0);
}

bool FakeKernel::is_32_bit(Pid pid) const {
  const auto* process = machine_.find_process(pid);
  return process != nullptr && process->memory->program->elf_machine == em_386;
}

// By whichever thread still lives; a file opened before goes on to work until nobody uses the memory.
std::shared_ptr<Memory> FakeKernel::open(Pid pid) {
  auto& opened = opened_[pid];
  if (!opened && machine_.find_process(pid) != nullptr) opened = machine_.process(pid).memory;
  return opened != nullptr && machine_.has_users(*opened) ? opened : nullptr;
}

std::size_t FakeKernel::read_memory(Pid pid, Address address, std::span<std::uint8_t> out) {
  machine_.advance_a_little();
  const auto memory = open(pid);
  std::size_t done = 0;
  for (; memory && done < out.size(); ++done) {
    const auto* byte = memory->byte(address.value + done);
    if (byte == nullptr) break;
    out[done] = *byte;
  }
  return done;
}

Result<> FakeKernel::write_memory(ThreadId thread, Address address, ByteView bytes) {
  machine_.advance_a_little();
  const auto memory = open(thread.pid);
  if (!memory) return fail(Errc::unwritable, "no memory");
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (memory->byte(address.value + i) == nullptr) return fail(Errc::unwritable, "no memory there");
  for (std::size_t i = 0; i < bytes.size(); ++i) *memory->byte(address.value + i) = bytes[i];
  return {};
}

Result<Bytes> FakeKernel::signal_info(Tid tid) {
  const auto* task = TRY(stopped(tid));
  Bytes bytes(128);
  if (task->delivery) bytes[0] = static_cast<std::uint8_t>(task->delivery->signal);
  return bytes;
}

// The toy machine's signals have nothing but a number, which does not change.
Result<> FakeKernel::set_signal_info(Tid tid, ByteView) {
  TRY(stopped(tid));
  return {};
}

bool FakeKernel::is_thread_of(ThreadId thread) {
  const auto* task = machine_.find(thread.tid);
  return task != nullptr && task->pid == thread.pid;
}

bool FakeKernel::has_pending(ThreadId thread, KernelSignal signal) {
  const auto* task = machine_.find(thread.tid);
  if (task == nullptr) return false;
  const auto is_it = [&](const PendingSignal& p) { return p.signal == number(signal); };
  return (task->synchronous && is_it(*task->synchronous)) || std::ranges::any_of(task->signals, is_it);
}

// A child whose parent is gone is somebody else's.
std::optional<Family> FakeKernel::family_of(Tid tid) {
  const auto* task = machine_.find(tid);
  if (task == nullptr) return std::nullopt;
  const auto parent = machine_.process(task->pid).parent;
  return Family{task->pid, machine_.alive(parent) ? parent : Pid{1}};
}

bool FakeKernel::is_zombie(ThreadId thread) {
  const auto* task = machine_.find(thread.tid);
  return task != nullptr && task->state == Task::State::dead;
}

ThreadFacts FakeKernel::thread_facts(ThreadId thread) {
  return {.name = executable_path(thread.pid), .core = std::nullopt};
}

Bytes FakeKernel::elf_header(Pid pid) {
  const auto* process = machine_.find_process(pid);
  if (process == nullptr) return {};
  Bytes header(64);
  header[0] = 0x7f, header[1] = 'E', header[2] = 'L', header[3] = 'F';
  const auto machine = process->memory->program->elf_machine;
  header[4] = process->memory->program->elf_class;
  header[18] = static_cast<std::uint8_t>(machine);
  return header;
}

std::string FakeKernel::executable_path(Pid pid) {
  const auto* process = machine_.find_process(pid);
  return process == nullptr ? "" : process->memory->program->name;
}

Result<Bytes> FakeKernel::auxv(Pid) {
  Bytes out;
  for (const auto word : {at_sysinfo_ehdr, vdso_base.value, std::uint64_t{0}, std::uint64_t{0}}) put_word(out, word);
  return out;
}

Result<std::vector<MemoryRegion>> FakeKernel::memory_map(Pid pid) {
  const auto memory = open(pid);
  if (!memory) return fail(Errc::unreadable, "no memory");
  std::vector<MemoryRegion> out;
  for (const auto& [address, page] : memory->pages)
    out.push_back({.start = {address}, .end = {address + page_size}, .readable = true, .writable = true, .name = {}});
  return out;
}

}  // namespace stub::fake
