#include "tests/linux/live.hpp"

#include <fcntl.h>
#include <sys/wait.h>

#include <csignal>
#include <sstream>

#include "stub/linux/procfs.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

constexpr Kernel::Milliseconds bound{100};
constexpr int patience = 300;  // bounds

sigset_t no_signals() {
  sigset_t set;
  sigemptyset(&set);
  return set;
}

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 8; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

std::optional<RegisterNumber> register_of(const arch::Architecture& cpu, const std::string& name) {
  for (std::uint32_t n = 0; n < cpu.layout.registers.size(); ++n)
    if (cpu.layout.registers[n].name == name) return RegisterNumber{n};
  return std::nullopt;
}

}  // namespace

std::string program(const std::string& name) { return std::string(STUB_TEST_PROGRAMS) + "/" + name; }

std::string told(const StopEvent& event) {
  std::ostringstream out;
  std::visit(Overloaded{
                 [&](const stop::Breakpoint&) { out << "breakpoint"; },
                 [&](const stop::ProgramBreakpoint&) { out << "own trap"; },
                 [&](const stop::HardwareBreakpoint&) { out << "hardware breakpoint"; },
                 [&](const stop::Watchpoint&) { out << "watchpoint"; },
                 [&](const stop::Step&) { out << "step"; },
                 [&](const stop::Signal& s) { out << "signal " << number(s.signal); },
                 [&](const stop::Exec&) { out << "exec"; },
                 [&](const stop::Exited& e) { out << "exited " << e.code; },
                 [&](const stop::Killed& k) { out << "killed " << number(k.signal); },
             },
             event.what);
  return out.str();
}

Live::Live()
    : kernel(ticker, no_signals(), [this](std::string text) { warnings.push_back(std::move(text)); }),
      engine(kernel, [this](std::string text) { warnings.push_back(std::move(text)); }) {}

Live::~Live() {
  for (const auto process : engine.processes())
    static_cast<void>(engine.origin(process) == Origin::launched ? engine.kill(process) : engine.detach(process));
}

void Live::launch(const std::string& name, const std::vector<std::string>& arguments) {
  LaunchRequest request{.arguments = {program(name)}};
  request.arguments.insert(request.arguments.end(), arguments.begin(), arguments.end());
  const auto launched = engine.launch(request);
  INFO((launched ? "" : launched.error().text));
  REQUIRE(launched);
  pid = *launched;
}

void Live::attach(pid_t process) {
  pid = Pid{process};
  const auto attached = engine.attach(pid);
  INFO((attached ? "" : attached.error().text));
  REQUIRE(attached);
}

void Live::insert(Address address) { REQUIRE(engine.insert(pid, {StoppointType::software_breakpoint, address, 1})); }
void Live::remove(Address address) { REQUIRE(engine.remove(pid, {StoppointType::software_breakpoint, address, 1})); }

std::optional<StopEvent> Live::next() {
  for (int i = 0; i < patience; ++i) {
    if (auto event = engine.next_event(HeldBack::leave)) return event;
    engine.wait(bound);
  }
  return std::nullopt;
}

StopEvent Live::go_on(const std::map<ThreadId, ResumeRequest>& wishes) {
  for (const auto thread : engine.threads(pid)) {
    const auto wish = wishes.find(thread);
    static_cast<void>(engine.resume(thread, wish == wishes.end() ? ResumeRequest{} : wish->second));
  }
  auto event = next();
  REQUIRE(event);
  if (!event->ends_process()) engine.hold(pid);
  return *event;
}

void Live::resume_all() {
  for (const auto thread : engine.threads(pid)) static_cast<void>(engine.resume(thread, {}));
}

void Live::step_off(ThreadId thread) {
  const auto here = pc(thread);
  remove(here);
  REQUIRE(engine.resume(thread, {.kind = ResumeRequest::Kind::step}));
  const auto event = next();
  REQUIRE(event);
  engine.hold(pid);
  CHECK(told(*event) == "step");
  insert(here);
}

std::uint64_t Live::get(ThreadId thread, const std::string& name) {
  const auto reg = register_of(*engine.architecture(pid), name);
  REQUIRE(reg);
  return little_endian(engine.read_register(thread, *reg).value());
}

void Live::set(ThreadId thread, const std::string& name, ByteView value) {
  const auto reg = register_of(*engine.architecture(pid), name);
  REQUIRE(reg);
  REQUIRE(engine.write_register(thread, *reg, value));
}

std::uint64_t Live::load(Address address, std::size_t size) {
  const auto bytes = engine.read_memory(pid, address, size);
  REQUIRE(bytes);
  return little_endian(*bytes);
}

Live::Told Live::hear() {
  const auto event = go_on();
  REQUIRE(told(event) == "own trap");
  return {{get(event.thread, "rdi")}, {get(event.thread, "rsi")}, event.thread};
}

Sleeper::Sleeper(Job job) {
  int in[2], out[2];
  REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  const auto path = program("sleeper");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::execl(path.c_str(), path.c_str(), job == Job::stopped ? "stop" : nullptr, nullptr);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  to_ = Fd(in[1]);
  from_ = Fd(out[0]);
  const auto ready = line();
  REQUIRE(ready.starts_with("ready "));
  work_.value = std::stoull(ready.substr(6), nullptr, 16);
  if (job == Job::stopped) REQUIRE(reaches('T'));
}

Sleeper::~Sleeper() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

char Sleeper::state() const {
  return procfs::parse_state(procfs::read_file(procfs::of(Pid{pid_}, "stat")).value_or(""));
}

bool Sleeper::reaches(char wanted) const {
  for (int i = 0; i < 5000; ++i) {
    if (state() == wanted) return true;
    ::usleep(1000);
  }
  return false;
}

std::string Sleeper::line() {
  std::string text;
  char c = 0;
  while (::read(from_.get(), &c, 1) == 1 && c != '\n') text.push_back(c);
  return text;
}

int Sleeper::finish() {
  to_ = Fd();
  Fd closed = std::move(to_);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
  pid_ = 0;
  return status;
}

}  // namespace stub
