#include "server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace bench {
namespace {

constexpr time_t patience = 30;  // seconds for a reply

sockaddr_in loopback(unsigned short port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

unsigned short free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  bind(socket, generic(address), size);
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  close(socket);
  return ntohs(address.sin_port);
}

// A server that does not listen yet refuses: asked again every 50 us, so that it has the processor meanwhile.
int connected(unsigned short port) {
  const sockaddr_in address = loopback(port);
  for (const auto began = Clock::now(); seconds_since(began) < patience; usleep(50)) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(socket, generic(address), sizeof address) == 0) {
      const int yes = 1;
      const timeval limit{patience, 0};
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      return socket;
    }
    close(socket);
  }
  throw std::runtime_error("the server does not listen");
}

// GDB 13's and LLDB 14's first words.
std::string greeting(Kind kind) {
  return kind == Kind::lldb_server ? "qSupported:xmlRegisters=i386,arm,mips,arc;multiprocess+"
                                   : "qSupported:multiprocess+;swbreak+;hwbreak+;qRelocInsn+;vContSupported+;"
                                     "no-resumed+;xmlRegisters=i386";
}

std::vector<std::string> server_words(const Options& options, unsigned short port,
                                      const std::vector<std::string>& debuggee) {
  const std::string address = "127.0.0.1:" + std::to_string(port);
  std::vector<std::string> words{options.server};
  const bool launches = !debuggee.empty();
  switch (options.kind) {
    case Kind::stub:
      words.insert(words.end(), {launches ? "--once" : "--multi", address});
      break;
    case Kind::gdbserver:
      words.insert(words.end(), {"--no-startup-with-shell", launches ? "--once" : "--multi", address});
      break;
    case Kind::lldb_server:
      words.insert(words.end(), {"gdbserver", address});
      if (launches) words.emplace_back("--");
      break;
  }
  if (launches) words.insert(words.end(), {own_path(), "debuggee"});
  words.insert(words.end(), debuggee.begin(), debuggee.end());
  return words;
}

std::string value_of(const std::string& text, const std::string& key, char end) {
  const auto found = text.find(key);
  if (found == std::string::npos) return "";
  const auto start = found + key.size();
  return text.substr(start, text.find(end, start) - start);
}

}  // namespace

void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(processor), &set);
  sched_setaffinity(0, sizeof set, &set);
}

void raise() {
  const rlimit watchdog{2'000'000, 2'000'000};  // microseconds; soft = hard: SIGKILL at once
  setrlimit(RLIMIT_RTTIME, &watchdog);
  const sched_param priority{5};
  sched_setscheduler(0, SCHED_FIFO, &priority);  // where it is not allowed there is more noise
}

std::string own_path() { return std::filesystem::read_symlink("/proc/self/exe"); }

Child::Child(const std::vector<std::string>& words, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

void end(pid_t pid) {
  kill(pid, SIGKILL);
  pid_t found = 0;
  do found = waitpid(-1, nullptr, __WALL);
  while (found != pid && found > 0);
}

Child::~Child() { end(pid_); }

Killed::~Killed() { kill(pid_, SIGKILL); }

Sleepers::Sleepers(unsigned threads) {
  if (pipe(ready_) != 0) throw std::runtime_error("no pipe");
  const std::vector<std::string> words{own_path(), "debuggee", "threads", std::to_string(threads),
                                       std::to_string(ready_[1])};
  child_ = std::make_unique<Child>(words, "/dev/null");
  close(ready_[1]);
  char ready = 0;
  if (read(ready_[0], &ready, 1) != 1) throw Unsupported("so many threads are not to be had here");
  usleep(50'000);  // the last ones fall asleep
}

Sleepers::~Sleepers() { close(ready_[0]); }

void Session::connect(const Options& options, const std::vector<std::string>& words, unsigned short port) {
  kind_ = options.kind;
  child_ = std::make_unique<Child>(words, options.folder + "/server.log");
  remote_ = std::make_unique<Remote>(connected(port));
  const std::string supported = remote_->ask(greeting(kind_));
  packet_size_ = std::strtoul(value_of(supported, "PacketSize=", ';').c_str(), nullptr, 16);
  remote_->send("+");
  expect_ok("QStartNoAckMode");
  remote_->send("+");
}

Session Session::launch(const Options& options, const std::vector<std::string>& debuggee) {
  const unsigned short port = free_port();
  Session session;
  session.connect(options, server_words(options, port, debuggee), port);
  session.learn_thread(session.remote().ask("?"));
  session.debuggee_ = std::make_unique<Killed>(std::stoi(session.one_.substr(session.one_.find('p') + 1), nullptr, 16));
  return session;
}

Session Session::idle(const Options& options) {
  const unsigned short port = free_port();
  Session session;
  session.connect(options, server_words(options, port, {}), port);
  return session;
}

void Session::learn_thread(const std::string& stop_reply) {
  one_ = value_of(stop_reply, "thread:", ';');
  if (one_.empty()) throw std::runtime_error("a stop reply without a thread: " + stop_reply);
  every_ = one_.substr(0, one_.find('.')) + ".-1";
}

std::string Session::attach(pid_t pid) {
  const std::string reply = remote_->ask("vAttach;" + hex(static_cast<unsigned long long>(pid)));
  if (reply[0] != 'T') throw std::runtime_error("vAttach was answered " + reply);
  return reply;
}

void Session::expect_stop(std::string_view packet) {
  const std::string_view reply = remote_->exchange(packet);
  if (!reply.starts_with("T0") && !reply.starts_with("T13"))
    throw std::runtime_error("no stop after " + std::string(packet) + ": " + std::string(reply));
}

void Session::expect_ok(const std::string& payload) {
  const std::string reply = remote_->ask(payload);
  if (reply.empty()) throw Unsupported(payload);
  if (reply != "OK") throw std::runtime_error(payload + " was answered " + reply);
}

void Session::run_to(std::uint64_t address) {
  const std::string where = hex(address) + ",1";
  expect_ok("Z0," + where);
  expect_stop(resume_all());
  expect_ok("z0," + where);
}

// proc(5), schedstat: the first number is the time on the processor, in nanoseconds.
double Session::processor_seconds() const {
  double nanoseconds = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(child_->pid()) + "/task")) {
    double one = 0;
    std::ifstream(task.path() / "schedstat") >> one;
    nanoseconds += one;
  }
  return nanoseconds / 1e9;
}

double Session::resident_mebibytes() const {
  std::ifstream file("/proc/" + std::to_string(child_->pid()) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  throw std::runtime_error("no VmRSS");
}

double Session::image_megabytes() const {
  std::ifstream file("/proc/" + std::to_string(child_->pid()) + "/maps");
  std::set<std::string> paths;
  for (std::string line; std::getline(file, line);)
    if (line.find(" r-xp ") != std::string::npos && line.find('/') != std::string::npos)
      paths.insert(line.substr(line.find('/')));
  double bytes = 0;
  for (const std::string& path : paths) bytes += static_cast<double>(std::filesystem::file_size(path));
  return bytes / 1e6;
}

}  // namespace bench
