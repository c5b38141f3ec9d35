// Toy: an engine on the toy machine, and the words in which tests tell what happened.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "protocol/little_endian.hpp"
#include "stub/target/engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_kernel.hpp"

namespace stub {

#ifdef __SANITIZE_ADDRESS__
constexpr std::uint32_t slower = 4;
#else
constexpr std::uint32_t slower = 1;
#endif

// The same scenario in as many orders as there are seeds. STUB_SEED=n in the environment: only in that one, with what
// the kernel was asked and said.
template <class Scenario>
void in_any_order(Scenario scenario, std::uint32_t seeds = 1000) {
  if (const char* only = std::getenv("STUB_SEED")) return scenario(static_cast<std::uint32_t>(std::atoi(only)));
  for (std::uint32_t seed = 1; seed <= seeds / slower; ++seed) {
    INFO("seed " << seed);
    scenario(seed);
  }
}

inline std::string told(const StopEvent& event) {
  std::ostringstream out;
  std::visit(
      Overloaded{
          [&](const stop::Breakpoint& b) { out << "breakpoint " << (b.address - fake::code_base) / 4; },
          [&](const stop::ProgramBreakpoint& b) { out << "own trap " << (b.address - fake::code_base) / 4; },
          [&](const stop::HardwareBreakpoint& b) {
            out << "hardware breakpoint " << (b.stoppoint.address - fake::code_base) / 4;
          },
          [&](const stop::Watchpoint& w) { out << "watchpoint " << (w.stoppoint.address - fake::data_base) / 8; },
          [&](const stop::Step&) { out << "step"; },
          [&](const stop::Signal& s) { out << "signal " << number(s.signal); },
          [&](const stop::Exec& e) { out << "exec " << e.path; },
          [&](const stop::Fork& f) {
            out << (f.kind == stop::Fork::Kind::vfork ? "vfork " : "fork ") << number(f.child.pid);
          },
          [&](const stop::VforkDone&) { out << "vfork done"; },
          [&](const stop::Clone& c) { out << "clone " << number(c.child.tid); },
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

inline Stoppoint breakpoint(std::size_t instruction) {
  return {StoppointType::software_breakpoint, fake::at(instruction), 1};
}
inline Stoppoint hardware_breakpoint(std::size_t instruction) {
  return {StoppointType::hardware_breakpoint, fake::at(instruction), 1};
}
inline Stoppoint watchpoint(std::size_t cell, StoppointType type = StoppointType::write_watchpoint) {
  return {type, fake::cell(cell), 8};
}
inline KernelSignal signal(int n) { return KernelSignal{static_cast<std::uint8_t>(n)}; }

inline bool one_of(const std::string& what, const std::vector<std::string>& these) {
  INFO("told: " << what);
  const bool is = std::ranges::find(these, what) != these.end();
  CHECK(is);
  return is;
}

struct Toy {
  fake::Machine machine;
  fake::FakeKernel kernel{machine};
  std::vector<std::string> warnings;
  std::string printed;
  Engine engine{kernel, [this](std::string text) { warnings.push_back(std::move(text)); },
                [this](std::string_view text) { printed += text; }};
  Pid pid{};

  // The first program is launched; the others are there to be executed.
  Toy(std::uint32_t seed, const std::vector<fake::Program>& programs) : machine(seed) {
    prepare(programs);
    pid = engine.launch({.arguments = {programs.front().name}}).value();
  }
  struct Attached {};
  Toy(std::uint32_t seed, const std::vector<fake::Program>& programs, Attached, int steps_before = 20) : machine(seed) {
    prepare(programs);
    pid = machine.start(programs.front().name);
    machine.run(steps_before);
    REQUIRE(engine.attach(pid));
  }

  void prepare(const std::vector<fake::Program>& programs) {
    for (const auto& program : programs) machine.add(program);
    if (std::getenv("STUB_SEED") != nullptr) kernel.trace = [](const std::string& text) { std::cerr << text << "\n"; };
  }

  [[nodiscard]] ThreadId first() const { return {pid, leader(pid)}; }
  void insert(std::size_t instruction) { REQUIRE(engine.insert(pid, breakpoint(instruction))); }
  void remove(std::size_t instruction) { REQUIRE(engine.remove(pid, breakpoint(instruction))); }

  std::optional<StopEvent> next() {
    for (int idle = 0; idle < 20;) {
      if (auto event = engine.next_event(HeldBack::leave)) return event;
      engine.wait(Kernel::Milliseconds(0)) ? idle = 0 : ++idle;
    }
    return std::nullopt;
  }

  // Whatever can happen by itself happens.
  void settle() {
    for (int rounds = 0, idle = 0; rounds < 50 && idle < 3; ++rounds)
      engine.wait(Kernel::Milliseconds(0)) ? idle = 0 : ++idle;
  }

  // As an all-stop client: resumes all (the given ones as they want), and stops all at the next event.
  StopEvent go_on(const std::map<ThreadId, ResumeRequest>& wishes = {}) {
    for (const auto thread : engine.threads(pid)) {
      const auto wish = wishes.find(thread);
      static_cast<void>(engine.resume(thread, wish == wishes.end() ? ResumeRequest{} : wish->second));
    }
    auto event = next();
    REQUIRE(event);
    if (!event->ends_process()) engine.hold(pid);
    return *event;
  }
  std::string go() { return told(go_on()); }
  std::string go(ThreadId thread, ResumeRequest request) { return told(go_on({{thread, request}})); }
  std::string step(ThreadId thread) { return go(thread, {.kind = ResumeRequest::Kind::step}); }

  [[nodiscard]] std::uint64_t pc(ThreadId thread) {
    return from_little_endian(engine.read_register(thread, engine.architecture(thread.pid)->pc).value());
  }
  // Which instruction comes next; -1 if the pc is within one.
  [[nodiscard]] int at(ThreadId thread) {
    const auto offset = pc(thread) - fake::code_base.value;
    return offset % 4 == 0 ? static_cast<int>(offset / 4) : -1;
  }
  void set_at(ThreadId thread, std::size_t instruction) {
    const auto& cpu = *engine.architecture(pid);
    REQUIRE(engine.write_register(thread, cpu.pc, to_little_endian(fake::at(instruction).value, cpu.pointer_size)));
  }
  [[nodiscard]] std::uint64_t load(std::size_t cell) { return machine.load(pid, fake::cell(cell)); }

  // What a debugger does at a breakpoint's address: lifts it, steps this thread alone, puts it back.
  void step_off(ThreadId thread) {
    const auto here = static_cast<std::size_t>(at(thread));
    remove(here);
    REQUIRE(engine.resume(thread, {.kind = ResumeRequest::Kind::step}));
    const auto event = next();
    REQUIRE(event);
    engine.hold(pid);
    REQUIRE(told(*event) == "step");
    insert(here);
  }

  // The end that nobody traces any more, as its parent would see it.
  std::string end_of(Pid process) {
    for (int rounds = 0; rounds < 20 && !machine.ended(process); ++rounds) machine.run(15);
    const auto reason = machine.ended(process);
    if (!reason) return "runs";
    if (const auto* exited = std::get_if<wait_status::Exited>(&*reason))
      return "exited " + std::to_string(exited->code);
    return "killed " + std::to_string(number(std::get<wait_status::Killed>(*reason).signal));
  }
};

}  // namespace stub
