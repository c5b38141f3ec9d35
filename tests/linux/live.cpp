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

bool has_i386_programs() {
  const bool has = ::access(program("exits_6-i386").c_str(), X_OK) == 0;
  if (!has) WARN("skipped: no compiler for 32-bit programs (package gcc-multilib) when the tests were configured");
  return has;
}

std::vector<std::string> architectures() {
  return has_i386_programs() ? std::vector<std::string>{"", "-i386"} : std::vector<std::string>{""};
}

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
                 [&](const stop::Fork& f) { out << (f.kind == stop::Fork::Kind::vfork ? "vfork" : "fork"); },
                 [&](const stop::VforkDone&) { out << "vfork done"; },
                 [&](const stop::Clone&) { out << "clone"; },
                 [&](const stop::ThreadBirth&) { out << "birth"; },
                 [&](const stop::ThreadExit& e) { out << "thread exited " << e.code; },
                 [&](const stop::SystemCall& c) {
                   out << (c.at == stop::SystemCall::At::entry ? "call " : "return ") << c.number;
                 },
                 [&](const stop::Halted&) { out << "halted"; },
                 [&](const stop::Exited& e) { out << "exited " << e.code; },
                 [&](const stop::Killed& k) { out << "killed " << number(k.signal); },
             },
             event.what);
  return out.str();
}

Live::Live()
    : kernel(ticker, no_signals(), [this](std::string text) { warnings.push_back(std::move(text)); }),
      engine(
          kernel, [this](std::string text) { warnings.push_back(std::move(text)); },
          [this](std::string_view text) { printed += text; }) {}

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
  for (int idle = 0; idle < patience;) {
    if (auto event = engine.next_event(HeldBack::leave)) return event;
    if (!engine.wait(bound)) ++idle;
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

Address Live::pc(ThreadId thread) {
  return {little_endian(engine.read_register(thread, engine.architecture(pid)->pc).value())};
}

std::uint64_t Live::load(Address address, std::size_t size) {
  const auto bytes = engine.read_memory(pid, address, size);
  REQUIRE(bytes);
  return little_endian(*bytes);
}

Live::Told Live::hear() {
  const auto event = go_on();
  REQUIRE(told(event) == "own trap");
  const bool wide = engine.architecture(pid)->pointer_size == 8;
  return {{get(event.thread, wide ? "rdi" : "edi")}, {get(event.thread, wide ? "rsi" : "esi")}, event.thread};
}

std::string Live::go_to_the_end() {
  auto event = go_on();
  while (!event.ends_process()) {
    const auto* signal = std::get_if<stop::Signal>(&event.what);
    if (std::holds_alternative<stop::Breakpoint>(event.what)) step_off(event.thread);
    event = go_on({{event.thread, {.signal = signal != nullptr ? signal->signal : signals::none}}});
  }
  return told(event);
}

void Live::run_into_the_wait(Address waiting) {
  resume_all();
  for (int i = 0; i < 5000; ++i) {
    Bytes value(1);
    kernel.read_memory(pid, waiting, value);
    const auto stat = procfs::read_file(procfs::of(pid, "stat")).value_or("");
    if (value[0] == 1 && procfs::parse_state(stat) == 'S') return;
    engine.wait(Kernel::Milliseconds(1));
  }
  FAIL("the program does not come to its wait");
}

Sleeper::Sleeper(Job job, const std::string& name) {
  int in[2], out[2];
  REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  const auto path = program(name);
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
