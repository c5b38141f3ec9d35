// Engine: instructions that a stopped thread executes for us: system calls made in its name, and steps over
// breakpoints that no client is told about.
#include <algorithm>
#include <array>

#include "protocol/little_endian.hpp"
#include "stub/target/engine.hpp"

namespace stub {
namespace {

constexpr Kernel::Milliseconds step_bound{100};
constexpr int step_rounds = 5;
constexpr int most_interruptions = 1000;

// elf.h
constexpr std::uint64_t at_sysinfo_ehdr = 33;
constexpr std::size_t vdso_size = 8192;

// sys/mman.h
constexpr std::uint64_t prot_read = 1, prot_write = 2, prot_exec = 4, map_private_anonymous = 0x22;

std::uint64_t word_at(ByteView bytes, std::size_t offset) { return from_little_endian(bytes.subspan(offset, 8)); }

std::uint64_t auxv_value(ByteView auxv, std::uint64_t type) {
  for (std::size_t at = 0; at + 16 <= auxv.size(); at += 16)
    if (word_at(auxv, at) == type) return word_at(auxv, at + 8);
  return 0;
}

bool is_step_trap(const WaitStatus& status) {
  const auto* stop = std::get_if<wait_status::SignalStop>(&status.reason);
  return stop != nullptr && stop->signal == signals::trap &&
         (stop->code == trap_trace || stop->code == trap_breakpoint || stop->code == trap_handler);
}

bool is_silent(const WaitStatus& status) {
  return std::holds_alternative<wait_status::InterruptStop>(status.reason) ||
         std::holds_alternative<wait_status::GroupStop>(status.reason);
}

}  // namespace

// One instruction. Blocked: it is a system call that has not come back.
Engine::PrivateStep Engine::private_step(Inferior& inferior, Thread& thread) {
  const auto tid = thread.id.tid;
  static_cast<void>(store(inferior, thread));
  thread.registers.forget();
  if (!kernel_.resume(tid, ResumeHow::step, signals::none)) return {StepEnd::blocked, {}};
  for (int idle = 0, silent = 0; idle < step_rounds && silent < most_interruptions;) {
    const auto status = kernel_.wait(tid, step_bound);
    if (!status) {
      ++idle;
      continue;
    }
    if (is_step_trap(*status)) return {StepEnd::stepped, {}};
    if (!is_silent(*status)) return {StepEnd::other_stop, status};
    ++silent;
    static_cast<void>(kernel_.resume(tid, ResumeHow::step, signals::none));
  }
  return {StepEnd::blocked, {}};
}

// An exec is told from inside the system call; a step from there only ends it. Afterwards the thread is where a client
// expects it: before its first instruction, and registers written stay written. False: it is gone.
bool Engine::finish_exec(Inferior& inferior, Thread& thread) {
  const auto id = thread.id;
  const auto step = private_step(inferior, thread);
  if (!step.status) return true;
  const auto* signal = std::get_if<wait_status::SignalStop>(&step.status->reason);
  signal != nullptr ? static_cast<void>(kernel_.queue_signal(id, signal->signal)) : handle(*step.status);
  return find(id) != nullptr;
}

// The kernel maps the vDSO into every process, and there is a system call in it.
Result<Address> Engine::system_call_instruction(Inferior& inferior) {
  const auto auxv = TRY(kernel_.auxv(inferior.pid));
  const Address vdso{auxv_value(auxv, at_sysinfo_ehdr)};
  Bytes image(vdso_size);
  image.resize(vdso.value == 0 ? 0 : kernel_.read_memory(inferior.pid, vdso, image));
  const auto found = std::ranges::search(image, inferior.architecture->system_calls.instruction);
  if (found.empty()) return fail(Errc::unsupported, "found no system call instruction in the vDSO");
  return vdso + static_cast<std::uint64_t>(found.begin() - image.begin());
}

// The thread is as it was before, whatever it was stopped in; signals that come meanwhile are put back for later.
Result<std::uint64_t> Engine::system_call(Inferior& inferior, Thread& thread, std::uint64_t call,
                                          const std::array<std::uint64_t, 6>& arguments) {
  const auto& cpu = *inferior.architecture;
  const auto& calls = cpu.system_calls;
  const auto instruction = TRY(system_call_instruction(inferior));
  TRY(fetch(inferior, thread, 0));
  const auto before = thread.registers;
  std::vector<KernelSignal> postponed;
  for (int tries = 0; tries < most_interruptions; ++tries) {
    auto& registers = thread.registers;
    registers.write_integer(cpu.pc, instruction.value);
    registers.write_integer(calls.restart, ~std::uint64_t{0});
    for (std::size_t i = 0; i < arguments.size(); ++i) registers.write_integer(calls.arguments[i], arguments[i]);
    registers.write_integer(calls.number, call);
    const auto step = private_step(inferior, thread);
    if (step.end == StepEnd::stepped) {
      const auto result = integer(inferior, thread, calls.result);
      thread.registers = before;
      thread.registers.mark_all_dirty();
      for (const auto signal : postponed) static_cast<void>(kernel_.queue_signal(thread.id, signal));
      return result;
    }
    const auto* signal = step.status ? std::get_if<wait_status::SignalStop>(&step.status->reason) : nullptr;
    if (signal == nullptr) {
      if (step.status) handle(*step.status);
      return fail(Errc::no_thread, "the thread ended or blocked in a system call made for the debugger");
    }
    postponed.push_back(signal->signal);
    thread.registers = before;
  }
  return fail(Errc::running, "signals keep interrupting a system call made for the debugger");
}

Result<Address> Engine::allocate_memory(ThreadId id, std::uint64_t size, Permissions permissions) {
  auto* thread = TRY(stopped_thread(id));
  auto& inferior = *find(id.pid);
  const auto protection = (permissions.readable ? prot_read : 0) | (permissions.writable ? prot_write : 0) |
                          (permissions.executable ? prot_exec : 0);
  const auto result = TRY(system_call(inferior, *thread, inferior.architecture->system_calls.mmap,
                                      {0, size, protection, map_private_anonymous, ~std::uint64_t{0}, 0}));
  const auto failure = static_cast<std::int64_t>(result);
  if (failure < 0 && failure > -4096) return fail_system(static_cast<int>(-failure), "mmap in the debuggee failed");
  mappings_[result] = size;
  return Address{result};
}

Result<> Engine::deallocate_memory(ThreadId id, Address address) {
  auto* thread = TRY(stopped_thread(id));
  auto& inferior = *find(id.pid);
  const auto it = mappings_.find(address.value);
  if (it == mappings_.end()) return fail(Errc::unreadable, "nothing was allocated there");
  TRY(system_call(inferior, *thread, inferior.architecture->system_calls.munmap,
                  {address.value, it->second, 0, 0, 0, 0}));
  mappings_.erase(it);
  return {};
}

std::vector<ThreadId> Engine::hold_others(const Inferior& inferior, const Thread& thread) {
  std::vector<ThreadId> asked;
  for (auto& [pid, other] : inferiors_) {
    if (other.space != inferior.space) continue;
    for (auto& [tid, sibling] : other.threads) {
      if (tid == thread.id.tid || sibling.state != Thread::State::running || sibling.in_vfork) continue;
      ask_to_stop(sibling);
      asked.push_back(sibling.id);
    }
  }
  for (const auto id : asked)
    if (auto* process = find(id.pid)) collect(*process, id.tid);
  return asked;
}

void Engine::insert_again(Inferior& inferior, Address address) {
  if (inferior.space->breakpoints.contains(address))
    static_cast<void>(write_raw(inferior, address, inferior.architecture->breakpoint));
}

// Lifts the breakpoint for one step. Nobody else runs in this memory.
void Engine::step_lifted(Inferior& inferior, Thread& thread, Address address) {
  const auto* entry = inferior.space->breakpoints.find(address);
  if (entry == nullptr || !write_raw(inferior, address, entry->original)) return go_on(inferior, thread);
  const auto step = private_step(inferior, thread);
  insert_again(inferior, address);
  if (step.end == StepEnd::stepped) return go_on(inferior, thread);
  if (step.end == StepEnd::other_stop) return handle(*step.status);
  thread.state = Thread::State::running;
  thread.private_step = true;
}

// While the others are collected this very thread may be let go, or end.
void Engine::step_over(Inferior& inferior, Thread& thread, Address address) {
  const auto id = thread.id;
  const auto others = hold_others(inferior, thread);
  auto* still = find(id);
  if (still != nullptr && still->stopped()) step_lifted(*find(id.pid), *still, address);
  unpause(others);
}

}  // namespace stub
