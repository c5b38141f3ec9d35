#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "remote.hpp"

namespace bench {

// What the server cannot do; the table has a dash for it.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Kind { stub, gdbserver, lldb_server };

struct Options {
  std::string scenario;
  Kind kind = Kind::stub;
  std::string server;  // its command
  std::string folder;  // the benchmark's own
  double seconds = 0.3;
};

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

// From here on this process and what it starts share one processor.
void pin(int processor);
// And nothing else gets a processor that they have work for. RLIMIT_RTTIME is the watchdog: the kernel kills whoever
// has held one so for two seconds without ever waiting.
void raise();

// Kills and collects a child, and before it its threads, where we trace them: it is not to be had while one is left.
void end(pid_t);

// A process that is killed and collected at the end.
class Child {
 public:
  explicit Child(const std::vector<std::string>& words, const std::string& log);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

// A process of somebody else that is killed at the end.
class Killed {
 public:
  explicit Killed(pid_t pid) : pid_(pid) {}
  Killed(const Killed&) = delete;
  Killed& operator=(const Killed&) = delete;
  ~Killed();

 private:
  pid_t pid_;
};

// A debuggee of our own whose threads sleep.
class Sleepers {
 public:
  explicit Sleepers(unsigned threads);
  ~Sleepers();
  pid_t pid() const { return child_->pid(); }

 private:
  int ready_[2];
  std::unique_ptr<Child> child_;
};

// A server with a connection to it.
class Session {
 public:
  static Session launch(const Options&, const std::vector<std::string>& debuggee);
  // Without a process.
  static Session idle(const Options&);

  Remote& remote() { return *remote_; }
  Kind kind() const { return kind_; }
  bool is_lldb() const { return kind_ == Kind::lldb_server; }
  std::size_t packet_size() const { return packet_size_; }

  std::string attach(pid_t);  // the stop reply
  void learn_thread(const std::string& stop_reply);
  // Packets as each debugger writes them.
  std::string resume_all() const { return framed(is_lldb() ? "vCont;c" : "vCont;c:" + every_); }
  std::string step_one() const { return framed("vCont;s:" + one_); }
  const std::string& one() const { return one_; }

  void expect_stop(std::string_view packet);
  void expect_ok(const std::string& payload);
  void run_to(std::uint64_t address);  // no breakpoint is left there

  double processor_seconds() const;
  double resident_mebibytes() const;
  double image_megabytes() const;  // the server's file and its libraries

 private:
  Session() = default;
  void connect(const Options&, const std::vector<std::string>& words, unsigned short port);

  Kind kind_ = Kind::stub;
  std::unique_ptr<Child> child_;
  std::unique_ptr<Killed> debuggee_;  // that the server launched; before the server, which might let it run
  std::unique_ptr<Remote> remote_;
  std::size_t packet_size_ = 0;
  std::string one_, every_;
};

std::string own_path();

}  // namespace bench
