// Machine: the toy computer under FakeKernel: processes whose threads run small programs, with the stops that Linux
// has for seized tracees. A seed decides who runs next and whose status is reaped first; nothing else is random.
//
// Names in comments are those of the kernel's sources (kernel/signal.c, kernel/ptrace.c, fs/exec.c).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include "stub/target/kernel.hpp"
#include "tests/support/fake_program.hpp"

namespace stub::fake {

// Words of struct user_regs_struct.
enum Word : std::size_t { rax = 10, rdi = 14, rsi = 13, orig_rax = 15, rip = 16, eflags = 18, rsp = 19, words = 27 };
constexpr std::uint64_t resume_flag = 1u << 16;

struct Memory {
  using Page = std::array<std::uint8_t, page_size>;
  std::map<std::uint64_t, Page> pages;
  const Program* program = nullptr;
  std::uint64_t next_mapping = mappings_begin;

  explicit Memory(const Program& runs);
  [[nodiscard]] std::uint8_t* byte(std::uint64_t address);
  [[nodiscard]] std::uint64_t load(Address address);
  [[nodiscard]] bool store(Address address, std::uint64_t value);
};

struct PendingSignal {
  int signal = 0;
  int code = 0;
};

struct Task {
  enum class State : std::uint8_t { running, trapped, listening, job_stopped, dead };
  // Where in a system call it is; `user`: in none.
  enum class Phase : std::uint8_t {
    user,
    entry_told,
    blocked,
    task_told,
    vfork_wait,
    vfork_told,
    exec_wait,
    exec_told,
    return_told
  };

  Tid tid{};
  Pid pid{};
  State state = State::running;
  Phase phase = Phase::user;
  bool traced = false;
  std::optional<WaitReason> report;          // to be reaped
  std::optional<PendingSignal> delivery;     // in signal-delivery-stop: the resume may replace it
  std::optional<int> injected;               // by that resume
  bool interrupt_pending = false;            // JOBCTL_TRAP_STOP
  bool notify_pending = false;               // JOBCTL_TRAP_NOTIFY
  bool stop_pending = false;                 // JOBCTL_STOP_PENDING
  std::optional<PendingSignal> synchronous;  // a trap that it has caused itself
  std::deque<PendingSignal> signals;
  std::optional<WaitReason> dying;  // how it will have ended
  bool step = false;
  bool stops_at_calls = false;        // SYSCALL_WORK_SYSCALL_TRACE: resumed by PTRACE_SYSCALL
  const Instruction* call = nullptr;  // at whose entry it is
  bool vforks = false;                // the child that it makes borrows its memory, and it waits for that
  bool vfork_over = false;            // it need wait no longer
  Tid child{};                        // of the fork it is in
  std::string program;                // of the exec it is in
  std::array<std::uint64_t, words> registers{};
  Bytes extended;
  arch::DebugRegisters debug;
  std::uint64_t debug_status = 0;

  [[nodiscard]] bool alive() const { return state != State::dead && !dying; }
  [[nodiscard]] Address pc() const { return {registers[rip]}; }
};

struct Process {
  Pid pid{}, parent{};
  std::shared_ptr<Memory> memory;
  std::set<int> handled;
  std::optional<int> group_stop;
  std::deque<PendingSignal> signals;
};

class Machine {
 public:
  explicit Machine(std::uint32_t seed);

  // What tests ask.
  void add(Program program);
  Pid start(const std::string& program);  // untraced and running
  void run(int steps);                    // lets it run for itself
  void send(Pid pid, int signal);
  void after(int steps, std::function<void()> what);  // something that happens by itself later on
  [[nodiscard]] std::optional<WaitReason> ended(Pid pid) const;
  [[nodiscard]] std::vector<int> delivered(Pid pid) const;  // signals that its handlers got
  [[nodiscard]] std::uint64_t load(Pid pid, Address address);
  [[nodiscard]] std::vector<Pid> processes() const;
  [[nodiscard]] bool alive(Pid pid) const;
  [[nodiscard]] bool any_traced() const;
  [[nodiscard]] int breakpoints_left(Pid pid);  // bytes 0xcc at instructions that are no traps
  // A trap's signal is queued first and reported when the thread leaves the kernel: an interrupt may come between.
  bool interrupt_overtakes_traps = true;
  // For copies of instructions; in every second order there is none.
  bool vdso_has_room;

  // What FakeKernel asks.
  [[nodiscard]] Task* find(Tid tid);
  [[nodiscard]] Process& process(Pid pid) { return processes_.at(pid); }
  [[nodiscard]] Process* find_process(Pid pid);
  [[nodiscard]] bool has_users(const Memory& memory) const;
  [[nodiscard]] std::vector<Tid> tasks_of(Pid pid) const;
  Task& create(const Program& program);
  [[nodiscard]] const Program* program(const std::string& name) const;
  // Lets some thread go one step further; false: none can.
  bool advance();
  void advance_a_little();
  [[nodiscard]] bool chance(unsigned one_in) { return random_() % one_in == 0; }
  // Takes a status of this thread, or of any.
  std::optional<WaitStatus> reap(std::optional<Tid> tid);
  void queue(Task& task, PendingSignal signal);
  void resume(Task& task, ResumeHow how, int signal);
  void detach(Task& task, int signal);

 private:
  [[nodiscard]] bool runnable(const Task& task) const;
  [[nodiscard]] bool reapable(const Task& task) const;
  [[nodiscard]] bool alone(const Task& task) const;
  void go(Task& task);
  [[nodiscard]] bool leave_system_call(Task& task);
  void finish_system_call(Task& task, std::uint64_t result);
  [[nodiscard]] bool stops_at_entry(Task& task, const Instruction& instruction);
  void perform(Task& task, const Instruction& instruction);
  [[nodiscard]] bool leave_kernel(Task& task);  // get_signal(); false: it must not run
  [[nodiscard]] std::optional<PendingSignal> dequeue(Task& task);
  void deliver(Task& task, int signal);
  enum class StopTrap : std::uint8_t { no, yes };
  void trap(Task& task, WaitReason reason, StopTrap stop);
  void stop_trap(Task& task);
  void stop_group(Process& process, int signal);
  void end_process(Pid pid, const WaitReason& reason);
  void end_task(Task& task, const WaitReason& reason);
  void remove(Tid tid);

  // Instructions (fake_instructions.cpp).
  void execute(Task& task);
  [[nodiscard]] static std::optional<std::size_t> index_at(Memory& memory, Address pc);
  void step_trap(Task& task, int code);
  void store(Task& task, Address address, std::uint64_t value);
  [[nodiscard]] std::uint64_t load(Task& task, Address address);
  [[nodiscard]] bool breaks(Task& task);
  enum class Touch : std::uint8_t { execute = 0b00, write = 0b01, read = 0b11 };
  [[nodiscard]] bool hit(Task& task, Address address, std::uint64_t length, Touch touch);
  void system_call(Task& task, std::uint64_t number);
  void vdso_call(Task& task);
  void new_task(Task& caller, const Instruction& instruction);
  void begin_exec(Task& task, const std::string& name);
  void finish_exec(Task& task);
  [[nodiscard]] bool can_exec(const Task& task) const;
  void release_vfork_parent(Tid child);
  void load_program(Task& task, const Program& program);

  std::mt19937 random_;
  std::map<std::string, Program> programs_;
  std::map<Pid, Process> processes_;
  std::map<Tid, Task> tasks_;
  std::map<Pid, WaitReason> ended_;
  std::map<Pid, std::vector<int>> delivered_;
  struct Later {
    int steps = 0;
    std::function<void()> what;
  };
  std::vector<Later> later_;
  std::vector<Task*> ready_;
  std::int32_t next_number_ = 100;
};

}  // namespace stub::fake
