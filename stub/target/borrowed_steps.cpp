// Engine: instructions that a stopped thread executes for us: single ones, and system calls made in its name.
#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "stub/arch/auxiliary_vector.hpp"
#include "stub/target/engine.hpp"

namespace stub {
namespace {

constexpr Kernel::Milliseconds step_bound{100};
constexpr int step_rounds = 5;
constexpr int most_interruptions = 1000;

constexpr std::size_t vdso_size = 8192;

// sys/mman.h
constexpr std::uint64_t prot_read = 1, prot_write = 2, prot_exec = 4, map_private_anonymous = 0x22;

// The errno that a system call has returned; 0: none.
int failure_of(std::uint64_t result, std::size_t word) {
  const auto value = word == 4 ? static_cast<std::int32_t>(result) : static_cast<std::int64_t>(result);
  return value < 0 && value > -4096 ? static_cast<int>(-value) : 0;
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

// The kernel maps it into every process.
Result<Address> Engine::vdso_of(Inferior& inferior) {
  const auto auxv = TRY(kernel_.auxv(inferior.pid));
  const auto vdso = arch::auxv_value(auxv, inferior.architecture->pointer_size, arch::at_sysinfo_ehdr).value_or(0);
  if (vdso == 0) return fail(Errc::unsupported, "the process has no vDSO");
  return Address{vdso};
}

// There is one in the vDSO.
Result<Address> Engine::system_call_instruction(Inferior& inferior) {
  const auto vdso = TRY(vdso_of(inferior));
  Bytes image(vdso_size);
  image.resize(kernel_.read_memory(inferior.pid, vdso, image));
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
  auto* thread = TRY(settled_thread(id));
  auto& inferior = *find(id.pid);
  const auto& cpu = *inferior.architecture;
  if (cpu.pointer_size == 4 && size > std::numeric_limits<std::uint32_t>::max())
    return fail_system(ENOMEM, "a 32-bit program has no room for so much memory");
  const auto protection = (permissions.readable ? prot_read : 0) | (permissions.writable ? prot_write : 0) |
                          (permissions.executable ? prot_exec : 0);
  const auto result = TRY(system_call(inferior, *thread, cpu.system_calls.mmap,
                                      {0, size, protection, map_private_anonymous, ~std::uint64_t{0}, 0}));
  if (const int failure = failure_of(result, cpu.pointer_size); failure != 0)
    return fail_system(failure, "mmap in the debuggee failed");
  mappings_[result] = size;
  return Address{result};
}

Result<> Engine::deallocate_memory(ThreadId id, Address address) {
  auto* thread = TRY(settled_thread(id));
  auto& inferior = *find(id.pid);
  const auto it = mappings_.find(address.value);
  if (it == mappings_.end()) return fail(Errc::unreadable, "nothing was allocated there");
  TRY(system_call(inferior, *thread, inferior.architecture->system_calls.munmap,
                  {address.value, it->second, 0, 0, 0, 0}));
  mappings_.erase(it);
  return {};
}

}  // namespace stub
