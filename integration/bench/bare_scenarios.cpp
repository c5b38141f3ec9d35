// What the kernel does without any protocol: the limit of every server.

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <filesystem>

#include "debuggee.hpp"
#include "scenarios.hpp"

namespace bench {
namespace {

constexpr std::size_t bulk = 128 << 10;

long request(__ptrace_request what, pid_t pid, std::uint64_t address = 0, std::uint64_t data = 0) {
  errno = 0;
  const long result = ptrace(what, pid, address, data);
  if (errno != 0) throw std::runtime_error("ptrace request " + std::to_string(what) + " failed");
  return result;
}

void wait_for_stop(pid_t tid) {
  int status = 0;
  if (waitpid(tid, &status, __WALL) != tid || !WIFSTOPPED(status)) throw std::runtime_error("the debuggee is gone");
  if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) throw std::runtime_error("the debuggee has crashed");
}

// A debuggee that is traced since its first instruction.
class Tracee {
 public:
  explicit Tracee(const std::vector<std::string>& words) : pid_(fork()) {
    if (pid_ == 0) {
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      kill(getpid(), SIGSTOP);
      _exit(debuggee(words));
    }
    wait_for_stop(pid_);
  }
  Tracee(const Tracee&) = delete;
  Tracee& operator=(const Tracee&) = delete;
  ~Tracee() { end(pid_); }

  pid_t pid() const { return pid_; }
  void resume(__ptrace_request how) const {
    request(how, pid_);
    wait_for_stop(pid_);
  }
  user_regs_struct registers() const {
    user_regs_struct all{};
    request(PTRACE_GETREGS, pid_, 0, reinterpret_cast<std::uint64_t>(&all));
    return all;
  }
  void set(const user_regs_struct& all) const {
    request(PTRACE_SETREGS, pid_, 0, reinterpret_cast<std::uint64_t>(&all));
  }

 private:
  pid_t pid_;
};

// An int3 in the function that is called again and again.
class Breakpoint {
 public:
  explicit Breakpoint(pid_t pid)
      : pid_(pid), original_(static_cast<std::uint64_t>(request(PTRACE_PEEKTEXT, pid, at))) {}
  void insert() const { request(PTRACE_POKETEXT, pid_, at, (original_ & ~0xFFull) | 0xCC); }
  void lift() const { request(PTRACE_POKETEXT, pid_, at, original_); }

  const std::uint64_t at = address_of(bench_hit);

 private:
  pid_t pid_;
  std::uint64_t original_;
};

// Stands where the function begins, without a breakpoint.
void run_to_hit(const Tracee& tracee) {
  const Breakpoint breakpoint(tracee.pid());
  breakpoint.insert();
  tracee.resume(PTRACE_CONT);
  breakpoint.lift();
  user_regs_struct all = tracee.registers();
  all.rip = breakpoint.at;
  tracee.set(all);
}

Figures step(const Options& options) {
  const Tracee tracee({"hit"});
  run_to_hit(tracee);
  return {rate(options.seconds, 1, [&] { tracee.resume(PTRACE_SINGLESTEP); }), 0};
}

// As range stepping, which must know the pc.
Figures range(const Options& options) {
  const Tracee tracee({"hit"});
  run_to_hit(tracee);
  const auto once = [&] {
    tracee.resume(PTRACE_SINGLESTEP);
    request(PTRACE_PEEKUSER, tracee.pid(), offsetof(user, regs.rip));
  };
  return {rate(options.seconds, 1, once), 0};
}

Figures trap(const Options& options) {
  const Tracee tracee({"trap"});
  return {rate(options.seconds, 1, [&] { tracee.resume(PTRACE_CONT); }), 0};
}

// As gdb passes a breakpoint.
void pass(const Tracee& tracee, const Breakpoint& breakpoint) {
  user_regs_struct all = tracee.registers();
  all.rip = breakpoint.at;
  tracee.set(all);
  breakpoint.lift();
  tracee.resume(PTRACE_SINGLESTEP);
  breakpoint.insert();
}

Figures hit(const Options& options) {
  const Tracee tracee({"hit"});
  const Breakpoint breakpoint(tracee.pid());
  breakpoint.insert();
  tracee.resume(PTRACE_CONT);
  const auto once = [&] {
    pass(tracee, breakpoint);
    tracee.resume(PTRACE_CONT);
  };
  return {rate(options.seconds, 1, once), 0};
}

// The breakpoint stays; the push under it is done by the tracer.
Figures emulated(const Options& options, const std::vector<std::string>& words) {
  const Tracee tracee(words);
  const Breakpoint breakpoint(tracee.pid());
  breakpoint.insert();
  tracee.resume(PTRACE_CONT);
  const auto once = [&] {
    user_regs_struct all = tracee.registers();
    all.rsp -= 8;
    request(PTRACE_POKEDATA, tracee.pid(), all.rsp, all.rbp);
    all.rip = breakpoint.at + 1;
    tracee.set(all);
    tracee.resume(PTRACE_CONT);
  };
  return {rate(options.seconds, 1, once), 0};
}

Figures watch(const Options& options) {
  const Tracee tracee({"hit"});
  const auto debug_register = [](std::size_t number) { return offsetof(user, u_debugreg) + 8 * number; };
  constexpr std::uint64_t writes_of_8_bytes = 0x90001;  // Intel SDM vol. 3, DR7: L0, R/W0 = 1, LEN0 = 2
  request(PTRACE_POKEUSER, tracee.pid(), debug_register(0), reinterpret_cast<std::uint64_t>(&bench_counter));
  request(PTRACE_POKEUSER, tracee.pid(), debug_register(7), writes_of_8_bytes);
  return {rate(options.seconds, 1, [&] { tracee.resume(PTRACE_CONT); }), 0};
}

Figures read(const Options& options) {
  const Tracee tracee({"trap"});
  tracee.resume(PTRACE_CONT);
  std::vector<char> buffer(bulk);
  const iovec here{buffer.data(), bulk}, there{memory, bulk};
  const auto once = [&] {
    if (process_vm_readv(tracee.pid(), &here, 1, &there, 1, 0) < 0) throw std::runtime_error("process_vm_readv");
  };
  return {rate(options.seconds, static_cast<double>(bulk) / 1e6, once), 0};
}

// The other end of a connection: `length` bytes for every byte.
class Echo {
 public:
  explicit Echo(std::size_t length) : buffer_(length) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener, generic, size) != 0 || listen(listener, 1) != 0) throw std::runtime_error("no port");
    getsockname(listener, generic, &size);
    child_ = fork();
    socket_ = child_ == 0 ? accept(listener, nullptr, nullptr) : socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (child_ == 0) serve();
    if (connect(socket_, generic, size) != 0) throw std::runtime_error("no connection");
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  ~Echo() {
    close(socket_);
    end(child_);
  }
  void ask() {
    if (send(socket_, buffer_.data(), 1, 0) != 1) throw std::runtime_error("nothing is taken");
    for (std::size_t got = 0; got < buffer_.size();) {
      const ssize_t more = recv(socket_, buffer_.data(), buffer_.size() - got, 0);
      if (more <= 0) throw std::runtime_error("nothing comes");
      got += static_cast<std::size_t>(more);
    }
  }

 private:
  [[noreturn]] void serve() {
    char byte = 0;
    while (recv(socket_, &byte, 1, 0) == 1)
      if (send(socket_, buffer_.data(), buffer_.size(), 0) < 0) break;
    _exit(0);
  }

  std::vector<char> buffer_;
  pid_t child_ = 0;
  int socket_ = -1;
};

Figures round_trip(const Options& options) {
  Echo echo(8);
  return {rate(options.seconds, 1, [&] { echo.ask(); }), 0};
}

Figures stream(const Options& options) {
  Echo echo(bulk);
  return {rate(options.seconds, static_cast<double>(bulk) / 1e6, [&] { echo.ask(); }), 0};
}

std::vector<pid_t> threads_of(pid_t pid) {
  std::vector<pid_t> threads;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
    threads.push_back(std::stoi(task.path().filename()));
  return threads;
}

void seize(const std::vector<pid_t>& threads) {
  for (const pid_t tid : threads) {
    request(PTRACE_SEIZE, tid);
    request(PTRACE_INTERRUPT, tid);
  }
  for (const pid_t tid : threads) wait_for_stop(tid);
}

void resume(const std::vector<pid_t>& threads) {
  for (const pid_t tid : threads) request(PTRACE_CONT, tid);
}

void interrupt(const std::vector<pid_t>& threads) {
  for (const pid_t tid : threads) request(PTRACE_INTERRUPT, tid);
  for (const pid_t tid : threads) wait_for_stop(tid);
}

template <unsigned count>
Figures attach(const Options&) {
  const Sleepers sleepers(count);
  const auto began = Clock::now();
  seize(threads_of(sleepers.pid()));
  return {seconds_since(began) * 1000, 0};
}

Figures interrupts(const Options&) {
  const Sleepers sleepers(1000);
  const std::vector<pid_t> threads = threads_of(sleepers.pid());
  seize(threads);
  resume(threads);
  usleep(150'000);
  const auto began = Clock::now();
  interrupt(threads);
  return {seconds_since(began) * 1000, 0};
}

Figures resumes(const Options& options) {
  const Sleepers sleepers(1000);
  const std::vector<pid_t> threads = threads_of(sleepers.pid());
  seize(threads);
  const auto once = [&] {
    resume(threads);
    interrupt(threads);
  };
  return {1000 / rate(options.seconds, 1, once), 0};
}

// Of a process with sleepers, all of which must stand still at each hit.
template <unsigned count>
Figures crowded_hit(const Options& options) {
  const Tracee tracee({"hits", std::to_string(count)});
  const Breakpoint breakpoint(tracee.pid());
  breakpoint.insert();
  tracee.resume(PTRACE_CONT);
  std::vector<pid_t> others = threads_of(tracee.pid());
  std::erase(others, tracee.pid());
  seize(others);
  const auto once = [&] {
    pass(tracee, breakpoint);
    resume(others);
    tracee.resume(PTRACE_CONT);
    interrupt(others);
  };
  return {rate(options.seconds, 1, once), 0};
}

Figures start(const Options&) {
  const auto began = Clock::now();
  const pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execl(own_path().c_str(), "client", "debuggee", "hit", nullptr);
    _exit(1);
  }
  wait_for_stop(pid);
  const double took = seconds_since(began);
  end(pid);
  return {took * 1000, 0};
}

}  // namespace

std::map<std::string, Row> bare_scenarios() {
  return {
      {"bare-step", {step}},
      {"bare-range", {range}},
      {"bare-trap", {trap}},
      {"bare-hit", {hit}},
      {"bare-condition", {[](const Options& options) { return emulated(options, {"hit"}); }}},
      {"bare-condition-spin", {[](const Options& options) { return emulated(options, {"spins", "17"}); }, false}},
      {"bare-watch", {watch}},
      {"bare-read", {read}},
      {"bare-round-trip", {round_trip}},
      {"bare-stream", {stream}},
      {"bare-attach-1", {attach<1>}},
      {"bare-attach-100", {attach<100>}},
      {"bare-attach-1000", {attach<1000>}},
      {"bare-attach-4000", {attach<4000>}},
      {"bare-interrupt", {interrupts}},
      {"bare-resume+interrupt", {resumes}},
      {"bare-hit-100", {crowded_hit<100>}},
      {"bare-hit-1000", {crowded_hit<1000>}},
      {"bare-start", {start}},
  };
}

}  // namespace bench
