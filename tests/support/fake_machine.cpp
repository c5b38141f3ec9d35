// The toy machine's kernel: scheduling, signals, stops and ends.
#include "tests/support/fake_machine.hpp"

#include <algorithm>

namespace stub::fake {
namespace {

constexpr int sigkill = 9, sigtrap = 5, sigchld = 17, sigcont = 18, sigstop = 19, sigttou = 22, sigurg = 23,
              sigwinch = 28;
constexpr int trap_by_handler = 5;  // signal_setup_done(): ptrace_notify(SIGTRAP)
constexpr std::uint64_t restart_no_handler = static_cast<std::uint64_t>(-514),
                        interrupted = static_cast<std::uint64_t>(-4);

bool stops_job(int signal) { return signal >= sigstop && signal <= sigttou; }
bool ignored(int signal) { return signal == sigchld || signal == sigcont || signal == sigurg || signal == sigwinch; }
KernelSignal kernel_signal(int signal) { return KernelSignal{static_cast<std::uint8_t>(signal)}; }

}  // namespace

Machine::Machine(std::uint32_t seed) : vdso_has_room(seed % 2 == 1), random_(seed) {}

void Machine::add(Program program) {
  auto name = program.name;
  programs_.insert_or_assign(std::move(name), std::move(program));
}

const Program* Machine::program(const std::string& name) const {
  const auto it = programs_.find(name);
  return it == programs_.end() ? nullptr : &it->second;
}

Pid Machine::start(const std::string& name) {
  auto& task = create(*program(name));
  task.registers[orig_rax] = ~std::uint64_t{0};
  return task.pid;
}

void Machine::run(int steps) {
  while (steps-- > 0 && advance()) {}
}

void Machine::after(int steps, std::function<void()> what) { later_.push_back({steps, std::move(what)}); }

Task* Machine::find(Tid tid) {
  const auto it = tasks_.find(tid);
  return it == tasks_.end() ? nullptr : &it->second;
}

Process* Machine::find_process(Pid pid) {
  const auto it = processes_.find(pid);
  return it == processes_.end() ? nullptr : &it->second;
}

std::optional<WaitReason> Machine::ended(Pid pid) const {
  const auto it = ended_.find(pid);
  return it == ended_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<int> Machine::delivered(Pid pid) const {
  const auto it = delivered_.find(pid);
  return it == delivered_.end() ? std::vector<int>{} : it->second;
}

std::uint64_t Machine::load(Pid pid, Address address) { return process(pid).memory->load(address); }

std::vector<Pid> Machine::processes() const {
  std::vector<Pid> out;
  for (const auto& [pid, process] : processes_) out.push_back(pid);
  return out;
}

bool Machine::alive(Pid pid) const { return processes_.contains(pid); }

bool Machine::any_traced() const {
  return std::ranges::any_of(tasks_, [](const auto& t) { return t.second.traced; });
}

int Machine::breakpoints_left(Pid pid) {
  int count = 0;
  auto& memory = *process(pid).memory;
  for (std::size_t i = 0; i < memory.program->code.size(); ++i)
    if (memory.program->code[i].kind != Kind::trap && *memory.byte(at(i).value) == 0xcc) ++count;
  return count;
}

bool Machine::has_users(const Memory& memory) const {
  return std::ranges::any_of(tasks_, [&](const auto& t) {
    return t.second.state != Task::State::dead && processes_.at(t.second.pid).memory.get() == &memory;
  });
}

std::vector<Tid> Machine::tasks_of(Pid pid) const {
  std::vector<Tid> out;
  for (const auto& [tid, task] : tasks_)
    if (task.pid == pid) out.push_back(tid);
  return out;
}

bool Machine::runnable(const Task& task) const {
  const bool wants_stop = task.interrupt_pending || task.notify_pending;
  if (task.state == Task::State::dead) return false;
  if (task.dying) return true;
  if (task.state == Task::State::listening) return wants_stop;
  if (task.state != Task::State::running) return false;
  if (task.phase == Task::Phase::vfork_wait) return task.vfork_over;
  if (task.phase == Task::Phase::exec_wait) return can_exec(task);
  if (task.phase != Task::Phase::blocked) return true;
  return wants_stop || task.stop_pending || !task.signals.empty() || !processes_.at(task.pid).signals.empty();
}

bool Machine::advance() {
  for (std::size_t i = 0; i < later_.size();) {
    if (--later_[i].steps > 0) {
      ++i;
      continue;
    }
    const auto what = std::move(later_[i].what);
    later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(i));
    what();
  }
  ready_.clear();
  for (auto& [tid, task] : tasks_)
    if (runnable(task)) ready_.push_back(&task);
  if (ready_.empty()) return !later_.empty();
  go(*ready_[random_() % ready_.size()]);
  return true;
}

void Machine::advance_a_little() {
  for (auto steps = random_() % 4; steps > 0; --steps) advance();
}

// A step of one thread: out of a system call, or to a stop, or one instruction.
void Machine::go(Task& task) {
  if (task.dying) return end_task(task, *task.dying);
  if (task.state == Task::State::listening) return stop_trap(task);
  if (task.phase != Task::Phase::user && !leave_system_call(task)) return;
  if (!leave_kernel(task)) return;
  if (task.registers[rax] == restart_no_handler && task.registers[orig_rax] != ~std::uint64_t{0})
    task.registers[rip] -= instruction_size;
  const Tid tid = task.tid;
  execute(task);
  if (interrupt_overtakes_traps) return;
  if (auto* same = find(tid); same != nullptr && same->synchronous && same->alive()) {
    const bool asked = std::exchange(same->interrupt_pending, false);
    static_cast<void>(leave_kernel(*same));
    if (asked && same->state == Task::State::running) same->interrupt_pending = true;
  }
}

bool Machine::leave_system_call(Task& task) {
  switch (task.phase) {
    case Task::Phase::user:
      return true;
    case Task::Phase::entry_told:
      task.phase = Task::Phase::user;
      perform(task, *task.call);
      return false;
    case Task::Phase::blocked:  // woken: what for, leave_kernel() sees
      finish_system_call(task, task.registers[rax]);
      return task.state == Task::State::running;
    case Task::Phase::return_told:
      task.phase = Task::Phase::user;
      return true;
    case Task::Phase::task_told:
      if (task.vforks) task.phase = Task::Phase::vfork_wait;
      if (task.phase == Task::Phase::task_told)
        finish_system_call(task, static_cast<std::uint64_t>(number(task.child)));
      return false;
    case Task::Phase::vfork_wait:
      task.phase = Task::Phase::vfork_told;
      if (task.traced) trap(task, wait_status::VforkDone{}, StopTrap::no);
      return false;
    case Task::Phase::vfork_told:
      finish_system_call(task, static_cast<std::uint64_t>(number(task.child)));
      return false;
    case Task::Phase::exec_wait:
      finish_exec(task);
      return false;
    case Task::Phase::exec_told:
      finish_system_call(task, 0);
      return false;
  }
  return true;
}

// get_signal(): stop traps first, then signals, those of its own making before others.
bool Machine::leave_kernel(Task& task) {
  if (const auto injected = std::exchange(task.injected, std::nullopt); injected && *injected != 0) {
    deliver(task, *injected);
    return false;
  }
  if (task.stop_pending && !task.traced) {
    task.stop_pending = false;
    task.state = Task::State::job_stopped;
    return false;
  }
  if (task.stop_pending || task.interrupt_pending || task.notify_pending) {
    stop_trap(task);
    return false;
  }
  const auto signal = dequeue(task);
  if (!signal) return true;
  if (!task.traced) {
    deliver(task, signal->signal);
    return false;
  }
  task.delivery = signal;
  trap(task, wait_status::SignalStop{kernel_signal(signal->signal), signal->signal == sigtrap ? signal->code : 0},
       StopTrap::no);
  return false;
}

std::optional<PendingSignal> Machine::dequeue(Task& task) {
  if (task.synchronous) return std::exchange(task.synchronous, std::nullopt);
  for (auto* signals : {&task.signals, &process(task.pid).signals}) {
    if (signals->empty()) continue;
    const auto first = signals->front();
    signals->pop_front();
    return first;
  }
  return std::nullopt;
}

// Any trap takes a pending interrupt with it; a stop trap also the notice of a changed group stop (ptrace_stop()).
void Machine::trap(Task& task, WaitReason reason, StopTrap stop) {
  task.interrupt_pending = false;
  if (stop == StopTrap::yes) task.notify_pending = task.stop_pending = false;
  task.state = Task::State::trapped;
  task.report = std::move(reason);
}

void Machine::stop_trap(Task& task) {
  const auto group_stop = process(task.pid).group_stop;
  const auto reason = group_stop ? WaitReason{wait_status::GroupStop{kernel_signal(*group_stop)}}
                                 : WaitReason{wait_status::InterruptStop{}};
  trap(task, reason, StopTrap::yes);
}

void Machine::deliver(Task& task, int signal) {
  auto& owner = process(task.pid);
  if (owner.handled.contains(signal)) {
    delivered_[task.pid].push_back(signal);
    if (task.registers[rax] == restart_no_handler && task.registers[orig_rax] != ~std::uint64_t{0})
      task.registers[rax] = interrupted;
    if (task.step && task.traced) trap(task, wait_status::SignalStop{signals::trap, trap_by_handler}, StopTrap::no);
    return;
  }
  if (ignored(signal)) return;
  if (stops_job(signal)) return stop_group(owner, signal);
  end_process(task.pid, wait_status::Killed{kernel_signal(signal)});
}

void Machine::stop_group(Process& owner, int signal) {
  owner.group_stop = signal;
  for (auto& [tid, task] : tasks_) {
    if (task.pid != owner.pid || task.state == Task::State::job_stopped) continue;
    task.stop_pending = true;
    if (task.state == Task::State::listening) task.notify_pending = true;
  }
}

// SIGCONT ends a group stop when it is sent; its delivery is another matter (prepare_signal()).
void Machine::send(Pid pid, int signal) {
  if (!alive(pid)) return;
  if (signal == sigkill) return end_process(pid, wait_status::Killed{signals::kill});
  auto& owner = process(pid);
  if (signal == sigcont) {
    owner.group_stop.reset();
    for (auto& [tid, task] : tasks_) {
      if (task.pid != pid) continue;
      task.stop_pending = false;
      if (task.state == Task::State::job_stopped) task.state = Task::State::running;
      task.notify_pending = task.traced;
    }
  }
  const auto same = [&](const PendingSignal& p) { return p.signal == signal; };
  if (std::ranges::none_of(owner.signals, same)) owner.signals.push_back({signal, 0});
}

void Machine::queue(Task& task, PendingSignal signal) {
  if (signal.signal == sigkill) return end_process(task.pid, wait_status::Killed{signals::kill});
  if (signal.signal == sigcont) return send(task.pid, sigcont);
  const auto same = [&](const PendingSignal& p) { return p.signal == signal.signal; };
  if (std::ranges::none_of(task.signals, same)) task.signals.push_back(signal);
}

void Machine::resume(Task& task, ResumeHow how, int signal) {
  task.report.reset();
  if (std::exchange(task.delivery, std::nullopt)) task.injected = signal;
  task.step = how == ResumeHow::step;
  task.stops_at_calls = how == ResumeHow::run_to_system_call;
  task.state = how == ResumeHow::listen ? Task::State::listening : Task::State::running;
}

void Machine::detach(Task& task, int signal) {
  resume(task, ResumeHow::run, signal);
  task.traced = task.interrupt_pending = task.notify_pending = false;
  task.stop_pending = process(task.pid).group_stop.has_value();  // __ptrace_unlink()
}

void Machine::end_process(Pid pid, const WaitReason& reason) {
  for (auto& [tid, task] : tasks_)
    if (task.pid == pid && task.state != Task::State::dead) task.dying = reason;
  // A leader that has ended before tells how the process has ended.
  if (auto* first = find(leader(pid)); first != nullptr && first->state == Task::State::dead) first->report = reason;
}

void Machine::end_task(Task& task, const WaitReason& reason) {
  task.state = Task::State::dead;
  task.dying.reset();
  task.report = reason;
  release_vfork_parent(task.tid);
  if (!task.traced && (task.tid != leader(task.pid) || alone(task))) remove(task.tid);
}

bool Machine::alone(const Task& task) const { return tasks_of(task.pid).size() == 1; }

bool Machine::reapable(const Task& task) const {
  if (!task.traced || !task.report || task.dying) return false;
  return task.state != Task::State::dead || task.tid != leader(task.pid) || alone(task);
}

void Machine::remove(Tid tid) {
  const auto& task = tasks_.at(tid);
  const Pid pid = task.pid;
  const auto reason = task.report;
  tasks_.erase(tid);
  if (tid == leader(pid)) {
    ended_.insert_or_assign(pid, *reason);
    processes_.erase(pid);
    return;
  }
  const auto* first = find(leader(pid));
  if (first != nullptr && first->state == Task::State::dead && !first->traced && alone(*first)) remove(first->tid);
}

std::optional<WaitStatus> Machine::reap(std::optional<Tid> wanted) {
  std::vector<Tid> ready;
  for (const auto& [tid, task] : tasks_)
    if ((!wanted || *wanted == tid) && reapable(task)) ready.push_back(tid);
  if (ready.empty()) return std::nullopt;
  auto& task = tasks_.at(ready[random_() % ready.size()]);
  WaitStatus status{task.tid, *task.report};
  if (task.state == Task::State::dead) {
    remove(task.tid);
  } else {
    task.report.reset();
  }
  return status;
}

}  // namespace stub::fake
