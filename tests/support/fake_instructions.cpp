// The toy machine's processor: what each instruction does, and what it traps on.
#include <algorithm>
#include <cstring>

#include "tests/support/fake_machine.hpp"

namespace stub::fake {
namespace {

constexpr int sigill = 4, sigtrap = 5, sigsegv = 11, sigchld = 17;
constexpr std::uint8_t breakpoint_opcode = 0xcc;
// On a real CPU too they are what they are copied as: nopl with the instruction's index, syscall, jmp *0(%rip).
constexpr std::array<std::uint8_t, 3> plain_opcode{0x0f, 0x1f, 0x40};
constexpr std::array<std::uint8_t, 2> call_opcode{0x0f, 0x05};
constexpr std::array<std::uint8_t, 6> far_jump{0xff, 0x25, 0, 0, 0, 0};
constexpr std::uint64_t section_headers_at = 0x28, vdso_end = 0x200;  // e_shoff; the rest of the page is free
constexpr std::uint64_t call_pause = 34, call_mmap = 9, call_munmap = 11, call_clone = 56, call_fork = 57,
                        call_vfork = 58, call_exec = 59, call_exit = 60, call_exit_group = 231, call_other = 39;
constexpr std::uint64_t clone_vm = 0x100, clone_thread_flags = 0x3d0f00;
constexpr std::uint64_t restart_no_handler = static_cast<std::uint64_t>(-514),
                        no_such_call = static_cast<std::uint64_t>(-38);
constexpr std::size_t extended_size = 576;

// The system call that an instruction is; none: it is no system call.
std::optional<std::uint64_t> call_of(Kind kind) {
  switch (kind) {
    case Kind::raise:
    case Kind::raise_process:
      return call_other;
    case Kind::clone:
    case Kind::borrow:
      return call_clone;
    case Kind::fork:
      return call_fork;
    case Kind::vfork:
      return call_vfork;
    case Kind::exec:
      return call_exec;
    case Kind::exit_thread:
      return call_exit;
    case Kind::exit_process:
      return call_exit_group;
    case Kind::pause:
      return call_pause;
    case Kind::nop:
    case Kind::jump:
    case Kind::write:
    case Kind::add:
    case Kind::wait_until:
    case Kind::trap:
      break;
  }
  return std::nullopt;
}

void encode(const Instruction& i, std::size_t index, std::uint8_t* to) {
  if (i.kind == Kind::trap) return std::ranges::fill_n(to, 1, breakpoint_opcode), void();
  if (call_of(i.kind)) return std::ranges::copy(call_opcode, to), void();
  std::ranges::copy(plain_opcode, to);
  to[plain_opcode.size()] = static_cast<std::uint8_t>(index);
}

}  // namespace

Memory::Memory(const Program& runs) : program(&runs) {
  for (const auto base : {code_base, data_base, stack_base, vdso_base}) pages[base.value].fill(0);
  for (std::size_t i = 0; i < runs.code.size(); ++i) encode(runs.code[i], i, byte(at(i).value));
  *byte(vdso_base.value + vdso_call_at) = 0x0f;
  *byte(vdso_base.value + vdso_call_at + 1) = 0x05;
}

std::uint8_t* Memory::byte(std::uint64_t address) {
  const auto page = pages.find(address & ~(page_size - 1));
  return page == pages.end() ? nullptr : &page->second[address % page_size];
}

// The eight bytes at an address of which the program makes use lie in one page.
std::uint64_t Memory::load(Address address) {
  std::uint64_t value = 0;
  if (const auto* bytes = byte(address.value)) std::memcpy(&value, bytes, sizeof value);
  return value;
}

bool Memory::store(Address address, std::uint64_t value) {
  auto* bytes = byte(address.value);
  if (bytes != nullptr) std::memcpy(bytes, &value, sizeof value);
  return bytes != nullptr;
}

void Machine::load_program(Task& task, const Program& program) {
  auto& owner = process(task.pid);
  owner.memory = std::make_shared<Memory>(program);
  if (vdso_has_room) static_cast<void>(owner.memory->store(vdso_base + section_headers_at, vdso_end));
  owner.handled.clear();
  for (const auto signal : program.handled) owner.handled.insert(number(signal));
  task.registers = {};
  task.registers[rip] = code_base.value;
  task.registers[rsp] = stack_base.value + page_size / 2;
  task.registers[orig_rax] = call_exec;
  task.extended.assign(extended_size, 0);
  task.debug.clear();
  task.debug_status = 0;
}

Task& Machine::create(const Program& program) {
  const auto number = next_number_++;
  const Pid pid{number};
  processes_[pid].pid = pid;
  auto& task = tasks_[Tid{number}];
  task.tid = Tid{number};
  task.pid = pid;
  load_program(task, program);
  return task;
}

// One instruction, or the trap that its place holds.
void Machine::execute(Task& task) {
  auto& memory = *process(task.pid).memory;
  const auto pc = task.pc();
  const auto* fetched = memory.byte(pc.value);
  if (fetched == nullptr) return queue(task, {sigsegv, 1});
  if (breaks(task)) return;
  if (pc == vdso_base + vdso_call_at) return vdso_call(task);
  task.registers[orig_rax] = ~std::uint64_t{0};
  if (*fetched == breakpoint_opcode) {
    ++task.registers[rip];
    task.synchronous = PendingSignal{sigtrap, si_kernel};
    return;
  }
  if (std::equal(far_jump.begin(), far_jump.end(), fetched)) {
    task.registers[rip] = memory.load(pc + far_jump.size());
    return step_trap(task, trap_trace);
  }
  const auto index = index_at(memory, pc);
  if (!index) return queue(task, {sigill, 1});
  task.registers[rip] += instruction_size;
  const auto& instruction = memory.program->code[*index];
  if (!stops_at_entry(task, instruction)) perform(task, instruction);
}

// Which of the program's instructions is there: by its place, or, in a copy, by its own bytes.
std::optional<std::size_t> Machine::index_at(Memory& memory, Address pc) {
  const auto* bytes = memory.byte(pc.value);
  const bool plain = std::equal(plain_opcode.begin(), plain_opcode.end(), bytes);
  if (plain && pc >= vdso_base && pc < vdso_base + page_size) return bytes[plain_opcode.size()];
  const auto offset = pc - code_base;
  const auto index = offset / instruction_size;
  const bool intact = plain || std::equal(call_opcode.begin(), call_opcode.end(), bytes);
  if (!intact || offset % instruction_size != 0 || index >= memory.program->code.size()) return std::nullopt;
  return index;
}

// syscall_trace_enter(): before anything of it is done.
bool Machine::stops_at_entry(Task& task, const Instruction& instruction) {
  const auto call = call_of(instruction.kind);
  if (!call || !task.traced || !task.stops_at_calls) return false;
  task.registers[orig_rax] = *call;
  task.registers[rax] = no_such_call;
  task.call = &instruction;
  task.phase = Task::Phase::entry_told;
  trap(task, wait_status::SystemCallStop{true, *call}, StopTrap::no);
  return true;
}

void Machine::perform(Task& task, const Instruction& i) {
  auto& memory = *process(task.pid).memory;
  switch (i.kind) {
    case Kind::trap:
    case Kind::nop:
      return step_trap(task, trap_trace);
    case Kind::jump:
      task.registers[rip] = at(i.number).value;
      return step_trap(task, trap_trace);
    case Kind::wait_until:
      if (load(task, i.address) != i.number) task.registers[rip] -= instruction_size;
      return;
    case Kind::write:
      return store(task, i.address, i.number);
    case Kind::add:
      return store(task, i.address, memory.load(i.address) + i.number);
    case Kind::raise:
      queue(task, {static_cast<int>(i.number), -6});
      return system_call(task, call_other);
    case Kind::raise_process:
      send(task.pid, static_cast<int>(i.number));
      return task.dying ? void() : system_call(task, call_other);
    case Kind::clone:
    case Kind::fork:
    case Kind::vfork:
    case Kind::borrow:
      return new_task(task, i);
    case Kind::exec:
      return begin_exec(task, i.name);
    case Kind::exit_thread:
      return end_task(task, wait_status::Exited{static_cast<int>(i.number)});
    case Kind::exit_process:
      return end_process(task.pid, wait_status::Exited{static_cast<int>(i.number)});
    case Kind::pause:
      task.registers[orig_rax] = call_pause;
      task.registers[rax] = restart_no_handler;
      task.phase = Task::Phase::blocked;
      return;
  }
}

void Machine::step_trap(Task& task, int code) {
  if (task.step) task.synchronous = PendingSignal{sigtrap, code};
}

// Which slots of DR7 (SDM vol. 3, 17.2.4) such a touch hits goes into DR6. The kernel's own copy of that begins anew
// with every debug exception (arch/x86/kernel/traps.c, exc_debug_user).
bool Machine::hit(Task& task, Address address, std::uint64_t length, Touch touch) {
  constexpr std::array<std::uint64_t, 4> lengths{1, 2, 8, 4};
  std::uint64_t status = 0;
  for (std::size_t slot = 0; slot < arch::DebugRegisters::slots; ++slot) {
    const auto control = task.debug.control();
    if ((control >> (2 * slot) & 1) == 0) continue;
    const auto condition = control >> (16 + 4 * slot) & 0b11;
    const bool reacts =
        touch == Touch::execute ? condition == 0b00 : condition == 0b11 || (touch == Touch::write && condition == 0b01);
    const auto begin = task.debug.address(slot), end = begin + lengths[control >> (18 + 4 * slot) & 0b11];
    if (reacts && begin < address.value + length && address.value < end) status |= std::uint64_t{1} << slot;
  }
  if (status != 0) task.debug_status = status;
  return status != 0;
}

// A fault before the instruction, unless RF is set; the kernel sets it for the way back (hw_breakpoint_handler). The
// next instruction takes it away (SDM vol. 3, 17.3.1.1).
bool Machine::breaks(Task& task) {
  const bool passes = (std::exchange(task.registers[eflags], task.registers[eflags] & ~resume_flag) & resume_flag) != 0;
  if (passes || !hit(task, task.pc(), 1, Touch::execute)) return false;
  task.registers[eflags] |= resume_flag;
  task.synchronous = PendingSignal{sigtrap, trap_hardware};
  return true;
}

// Data is trapped on behind the instruction (SDM vol. 3, 17.3.1.2).
std::uint64_t Machine::load(Task& task, Address address) {
  step_trap(task, trap_trace);
  if (hit(task, address, 8, Touch::read))
    task.synchronous = PendingSignal{sigtrap, task.step ? trap_trace : trap_hardware};
  return process(task.pid).memory->load(address);
}

void Machine::store(Task& task, Address address, std::uint64_t value) {
  if (!process(task.pid).memory->store(address, value)) return queue(task, {sigsegv, 1});
  step_trap(task, trap_trace);
  if (hit(task, address, 8, Touch::write))
    task.synchronous = PendingSignal{sigtrap, task.step ? trap_trace : trap_hardware};
}

// The step's trap comes from the way out of the kernel, and says so (arch/x86: user_single_step_report). Which of the
// two it is, is as the thread was resumed last, not as it was at the entry.
void Machine::finish_system_call(Task& task, std::uint64_t result) {
  const bool was_blocked = task.phase == Task::Phase::blocked;
  task.registers[rax] = result;
  task.phase = Task::Phase::user;
  if (!was_blocked) step_trap(task, trap_breakpoint);
  if (!task.traced || !task.stops_at_calls) return;
  task.phase = Task::Phase::return_told;
  trap(task, wait_status::SystemCallStop{false, task.registers[orig_rax]}, StopTrap::no);
}

void Machine::system_call(Task& task, std::uint64_t call) {
  task.registers[orig_rax] = call;
  finish_system_call(task, 0);
}

void Machine::vdso_call(Task& task) {
  auto& memory = *process(task.pid).memory;
  const auto call = task.registers[rax];
  task.registers[rip] += 2;
  task.registers[orig_rax] = call;
  if (call == call_mmap) {
    const auto address = memory.next_mapping;
    const auto length = (task.registers[rsi] + page_size - 1) & ~(page_size - 1);
    for (std::uint64_t page = 0; page < length; page += page_size) memory.pages[address + page].fill(0);
    memory.next_mapping += length + page_size;
    return finish_system_call(task, address);
  }
  if (call == call_munmap) {
    for (std::uint64_t page = 0; page < task.registers[rsi]; page += page_size)
      memory.pages.erase(task.registers[rdi] + page);
    return finish_system_call(task, 0);
  }
  finish_system_call(task, no_such_call);
}

void Machine::new_task(Task& caller, const Instruction& i) {
  const Tid tid{next_number_++};
  auto& child = tasks_[tid];
  child.tid = tid;
  child.pid = i.kind == Kind::clone ? caller.pid : Pid{number(tid)};
  child.registers = caller.registers;
  child.registers[rip] = at(i.number).value;
  child.registers[rax] = 0;
  child.extended = caller.extended;
  child.traced = child.interrupt_pending = caller.traced;
  if (i.kind != Kind::clone) {
    const auto& parent = process(caller.pid);
    auto& born = processes_[child.pid];
    born.pid = child.pid;
    born.parent = caller.pid;
    born.memory = i.kind == Kind::fork ? std::make_shared<Memory>(*parent.memory) : parent.memory;
    born.handled = parent.handled;
  }
  if (i.kind == Kind::clone) child.stop_pending = process(caller.pid).group_stop.has_value();
  const bool plain_fork = i.kind == Kind::fork;
  caller.registers[orig_rax] = plain_fork ? call_fork : i.kind == Kind::vfork ? call_vfork : call_clone;
  caller.registers[rdi] = i.kind == Kind::clone ? clone_thread_flags : i.kind == Kind::borrow ? clone_vm | sigchld : 0;
  caller.registers[rax] = no_such_call;
  caller.child = tid;
  caller.vforks = i.kind == Kind::vfork;
  caller.vfork_over = false;
  caller.phase = Task::Phase::task_told;
  using Event = wait_status::NewTask::Kind;  // kernel_clone(): by the signal at exit
  const auto kind = i.kind == Kind::vfork ? Event::vfork : i.kind == Kind::clone ? Event::clone : Event::fork;
  if (caller.traced) trap(caller, wait_status::NewTask{kind, tid}, StopTrap::no);
}

// de_thread(): all others end, and the caller waits until they are reaped.
void Machine::begin_exec(Task& task, const std::string& name) {
  if (program(name) == nullptr) return system_call(task, call_exec);
  task.program = name;
  task.phase = Task::Phase::exec_wait;
  for (auto& [tid, other] : tasks_)
    if (other.pid == task.pid && tid != task.tid && other.alive()) other.dying = wait_status::Exited{0};
}

bool Machine::can_exec(const Task& task) const {
  for (const auto& [tid, other] : tasks_) {
    if (other.pid != task.pid || tid == task.tid) continue;
    if (tid != leader(task.pid) || other.state != Task::State::dead) return false;
  }
  return true;
}

// The caller takes the leader's number; the old leader's end is never told.
void Machine::finish_exec(Task& task) {
  const Tid former = task.tid, first = leader(task.pid);
  release_vfork_parent(former);
  if (former != first) {
    tasks_.erase(first);
    auto node = tasks_.extract(former);
    node.key() = first;
    node.mapped().tid = first;
    tasks_.insert(std::move(node));
  }
  auto& survivor = tasks_.at(first);
  load_program(survivor, *program(survivor.program));
  survivor.phase = Task::Phase::exec_told;
  if (survivor.traced) trap(survivor, wait_status::Exec{former}, StopTrap::no);
}

void Machine::release_vfork_parent(Tid child) {
  for (auto& [tid, task] : tasks_)
    if (task.child == child) task.vfork_over = true;
}

}  // namespace stub::fake
