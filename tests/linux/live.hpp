// Live: an engine on Linux and the programs of tests/programs, for as long as the object lives.
#pragma once

#include <sys/types.h>
#include <cstdint>

#include <string>
#include <vector>

#include "stub/linux/fd.hpp"
#include "stub/linux/ptrace_kernel.hpp"
#include "stub/target/engine.hpp"

namespace stub {

// Where a program of tests/programs lies.
[[nodiscard]] std::string program(const std::string& name);
// Whether the compiler could build programs for i386: those whose names end with -i386. If not, it says so.
[[nodiscard]] bool has_i386_programs();
// What a program's name ends with, for each architecture: "", and "-i386" where there is that.
[[nodiscard]] std::vector<std::string> architectures();

[[nodiscard]] std::string told(const StopEvent& event);
[[nodiscard]] inline KernelSignal signal(int n) { return KernelSignal{static_cast<std::uint8_t>(n)}; }

class Live {
 public:
  Live();
  ~Live();

  void launch(const std::string& name, const std::vector<std::string>& arguments = {});
  void attach(pid_t process);

  [[nodiscard]] ThreadId first() const { return {pid, leader(pid)}; }
  void insert(Address address);
  void remove(Address address);

  std::optional<StopEvent> next();
  // As an all-stop client: resumes all (the given ones as they want), and stops all at the next event.
  StopEvent go_on(const std::map<ThreadId, ResumeRequest>& wishes = {});
  std::string go(const std::map<ThreadId, ResumeRequest>& wishes = {}) { return told(go_on(wishes)); }
  std::string step(ThreadId thread) { return go({{thread, {.kind = ResumeRequest::Kind::step}}}); }
  void resume_all();
  // Lifts the breakpoint that this thread is at, steps the thread alone, puts it back.
  void step_off(ThreadId thread);

  [[nodiscard]] std::uint64_t get(ThreadId thread, const std::string& reg);
  void set(ThreadId thread, const std::string& reg, ByteView value);
  [[nodiscard]] Address pc(ThreadId thread);
  [[nodiscard]] std::uint64_t load(Address address, std::size_t size = 8);
  // The two values that the program tells (TELL in tell.h).
  struct Told {
    Address first, second;
    ThreadId thread;
  };
  Told hear();
  // To its end, passing signals on (SIGCHLD) and breakpoints over.
  std::string go_to_the_end();
  // Until the program sleeps in the kernel behind `waiting` (of waits.c).
  void run_into_the_wait(Address waiting);

  std::vector<std::string> warnings;
  Ticker ticker;
  PtraceKernel kernel;
  std::string printed;
  Engine engine;
  Pid pid{};
};

// A process that is nobody's debuggee yet: the program sleeper.
class Sleeper {
 public:
  enum class Job { running, stopped };
  explicit Sleeper(Job job, const std::string& name = "sleeper");
  ~Sleeper();
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] Address work() const { return work_; }
  [[nodiscard]] char state() const;  // of /proc/PID/stat
  [[nodiscard]] bool reaches(char state) const;
  [[nodiscard]] std::string line();  // that it has written
  int finish();                      // its wait status, after its standard input has ended

 private:
  pid_t pid_ = 0;
  Fd to_, from_;
  Address work_{};
};

}  // namespace stub
