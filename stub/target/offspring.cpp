// Engine: new threads, and children that nobody asked to follow: they run on unharmed, without our breakpoints.
#include <algorithm>

#include "stub/target/engine.hpp"

namespace stub {
namespace {

constexpr Kernel::Milliseconds birth_bound{100};
constexpr int birth_rounds = 50;
constexpr std::uint64_t clone_vm = 0x100;  // linux/sched.h, CLONE_VM

}  // namespace

// A seized parent's child stops by itself at its first instruction. False: it died before.
bool Engine::await_birth(Tid tid) {
  if (births_.announced(tid)) return true;
  for (int round = 0; round < birth_rounds; ++round) {
    const auto status = kernel_.wait(tid, birth_bound);
    if (!status) continue;
    return !std::holds_alternative<wait_status::Exited>(status->reason) &&
           !std::holds_alternative<wait_status::Killed>(status->reason);
  }
  return false;
}

void Engine::adopt_thread(Inferior& inferior, Thread& parent, Tid tid) {
  if (!await_birth(tid)) return;
  auto& thread = add_thread(inferior, tid);
  thread.interests = parent.interests;
  if (parent.interests.clones) return report(inferior, parent, stop::Clone{thread.id});
  if (inferior.interests.thread_births) return report(inferior, thread, stop::ThreadBirth{});
  if (!inferior.held) start(inferior, thread, {});
}

void Engine::adopt_process(Inferior& parent, Thread& caller, const wait_status::NewTask& task) {
  const bool shared = shares_memory(parent, caller, task.kind);
  const auto& interests = parent.interests;
  const bool wanted = !parent.shadow &&
                      (task.kind == wait_status::NewTask::Kind::vfork ? interests.vforks : interests.forks && !shared);
  if (!await_birth(task.child)) return;
  if (wanted) return adopt_followed(parent, caller, task.child, shared);
  shared ? adopt_shadow(parent, task.child) : let_go(parent.space->breakpoints, *parent.architecture, task.child);
}

void Engine::adopt_shadow(Inferior& parent, Tid tid) {
  auto& child = add_inferior(Pid{number(tid)}, parent.origin, *parent.architecture);
  child.shadow = true;
  child.space = parent.space;
  start(child, add_thread(child, tid), {});
}

// The child has what was inserted into its parent, as its client will think; the kernel has not copied the debug
// registers (arch/x86/kernel/process.c, copy_thread).
void Engine::adopt_followed(Inferior& parent, Thread& caller, Tid tid, bool shared) {
  auto& child = add_inferior(Pid{number(tid)}, parent.origin, *parent.architecture);
  child.held = true;
  child.vfork_child = shared;
  child.space = shared ? parent.space : std::make_shared<AddressSpace>(*parent.space);
  if (!shared) child.space->copies = {};
  child.pass_signals = parent.pass_signals;
  child.deliver_at_detach = parent.deliver_at_detach;
  child.interests = parent.interests;
  child.call_observer = parent.call_observer;
  if (child.call_observer != nullptr) child.call_observer->forked(parent.pid, child.pid);
  child.debug_registers = parent.debug_registers;
  child.hardware_programs = parent.hardware_programs;
  child.debug_generation = parent.debug_generation;
  const auto id = add_thread(child, tid).id;
  report(parent, caller, stop::Fork{id, caller.begins_vfork ? stop::Fork::Kind::vfork : stop::Fork::Kind::fork});
}

// Read from the call itself: the kind of event tells the signal at exit, not what is shared.
bool Engine::shares_memory(Inferior& inferior, Thread& caller, wait_status::NewTask::Kind kind) {
  const auto& calls = inferior.architecture->system_calls;
  const auto call = integer(inferior, caller, calls.restart);
  const auto flags = integer(inferior, caller, calls.arguments[0]);
  if (!call || !flags) return kind == wait_status::NewTask::Kind::vfork;
  if (*call == calls.vfork) return true;
  if (*call == calls.clone) return (*flags & clone_vm) != 0;
  if (*call == calls.clone3) {  // the argument points to struct clone_args, whose first word are the flags
    Bytes first_word(8);
    const auto got = kernel_.read_memory(inferior.pid, Address{*flags}, first_word);
    return got > 1 && (first_word[1] & clone_vm >> 8) != 0;
  }
  return false;
}

void Engine::let_go(const Breakpoints& inherited, const arch::Architecture& cpu, Tid child) {
  const ThreadId id{Pid{number(child)}, child};
  const auto& instruction = cpu.breakpoint;
  for (const auto& breakpoint : inherited.list()) {
    Bytes there(instruction.size());
    kernel_.read_memory(id.pid, breakpoint.address, there);
    if (there == instruction) static_cast<void>(kernel_.write_memory(id, breakpoint.address, breakpoint.original));
  }
  kernel_.forget_memory(id.pid);
  static_cast<void>(kernel_.detach(child, signals::none));
}

std::vector<Pid> Engine::borrowers(const AddressSpace& space, Pid except) const {
  std::vector<Pid> out;
  for (const auto& [pid, child] : inferiors_)
    if (pid != except && child.shadow && child.space.get() == &space) out.push_back(pid);
  return out;
}

bool Engine::has_other_owner(const AddressSpace& space, Pid except) const {
  return std::ranges::any_of(inferiors_, [&](const auto& entry) {
    return entry.first != except && !entry.second.shadow && entry.second.space.get() == &space;
  });
}

// Children that still use memory whose owner is gone: the breakpoints in it mean nothing any more.
void Engine::release_borrowers(const AddressSpace& space, Pid except) {
  if (has_other_owner(space, except)) return;
  for (const auto pid : borrowers(space, except)) {
    hold(pid);
    remove_all(pid);
    if (auto* borrower = find(pid)) settle_traps(*borrower);
    if (auto* borrower = find(pid)) release_all(*borrower);
  }
}

// Those who appeared but whose parent died before it could announce them. A parent that lives does so: the kernel wakes
// the child first (kernel/fork.c, kernel_clone), and statuses are reaped in no order.
void Engine::release_orphans() {
  if (!last_dead_ || !births_.any()) return;
  const auto will_be_announced = [&](Tid tid) {
    const auto family = kernel_.family_of(tid);
    return family && (inferiors_.contains(family->process) || inferiors_.contains(family->parent));
  };
  for (const auto tid : births_.take_unless(will_be_announced))
    let_go(last_dead_->space->breakpoints, *last_dead_->architecture, tid);
}

}  // namespace stub
