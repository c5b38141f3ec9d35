// What Linux does and the toy machine must do alike, or tests on it prove nothing. Each suite includes this file after
// it has said what its World is: with kernel(), and launch(), which starts the program of that behaviour.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/wait_words.hpp"

namespace stub::contract {

constexpr Kernel::Milliseconds bound{1000};
constexpr int patience = 30;  // bounds

// The next status of this thread.
template <class World>
std::string next(World& world, Tid tid) {
  for (int i = 0; i < patience; ++i)
    if (const auto status = world.kernel().wait(tid, bound)) return told(status->reason);
  return "nothing";
}

template <class World>
std::optional<WaitStatus> next_any(World& world) {
  for (int i = 0; i < patience; ++i)
    if (auto status = world.kernel().wait_any(bound)) return status;
  return std::nullopt;
}

template <class World>
void run(World& world, Tid tid, int signal = 0) {
  REQUIRE(world.kernel().resume(tid, ResumeHow::run, KernelSignal{static_cast<std::uint8_t>(signal)}));
}

// Runs a process, passing every signal but SIGUSR1 (10) and SIGTRAP (5) on, until all its threads have told what is
// wanted; whoever has told it stays stopped. What else was told, by thread, in order.
template <class World>
std::map<Tid, std::vector<std::string>> run_until(World& world, const std::string& wanted, std::size_t times) {
  std::map<Tid, std::vector<std::string>> all;
  while (times > 0) {
    const auto status = next_any(world);
    REQUIRE(status);
    const auto what = told(status->reason);
    all[status->tid].push_back(what);
    const bool ended = what.starts_with("exited") || what.starts_with("killed");
    if (what == wanted) --times;
    if (what != wanted && !ended) run(world, status->tid);
  }
  return all;
}

// Passes signals on until the process ends.
template <class World>
std::string end(World& world, Tid tid) {
  auto what = next(world, tid);
  for (; what == "signal 17"; what = next(world, tid)) run(world, tid, 17);
  return what;
}

// A process of three threads that spin, all stopped.
template <class World>
std::set<Tid> stopped_crowd(World& world) {
  const auto pid = world.launch("crowd");
  run(world, leader(pid));
  const auto seen = run_until(world, "signal 10", 3);
  std::set<Tid> threads;
  for (const auto& [tid, what] : seen) threads.insert(tid);
  REQUIRE(threads.size() == 3);
  return threads;
}

template <class World>
void exec_by_another_thread(World& world) {
  const auto pid = world.launch("exec_by_thread");
  run(world, leader(pid));
  const auto seen = run_until(world, "exec", 1);
  REQUIRE(seen.at(leader(pid)).back() == "exec");
  for (const auto& [tid, what] : seen) {
    if (tid == leader(pid) || what.back() == "clone") continue;
    INFO("told: " << what.back());
    const bool silent_or_ended = what.back() == "interrupt" || what.back() == "exited 0" || what.back() == "killed 9";
    CHECK(silent_or_ended);  // the caller's own number is never heard of again
  }
  CHECK(world.kernel().threads_of(pid) == std::vector{leader(pid)});
  run(world, leader(pid));
  CHECK(next(world, leader(pid)) == "exited 6");
}

// Runs zombie_leader until its leader is one and its other thread, which is returned, has stopped.
template <class World>
ThreadId headless(World& world) {
  const auto pid = world.launch("zombie_leader");
  run(world, leader(pid));
  const auto seen = run_until(world, "signal 10", 1);
  Tid other{};
  for (const auto& [tid, what] : seen)
    if (what.back() == "signal 10") other = tid;
  REQUIRE(other != leader(pid));
  auto& kernel = world.kernel();
  for (int i = 0; i < 3000 && !kernel.is_zombie({pid, leader(pid)}); ++i)
    if (kernel.wait(leader(pid), Kernel::Milliseconds(1))) run(world, leader(pid));  // it tells of the birth
  REQUIRE(kernel.is_zombie({pid, leader(pid)}));
  return {pid, other};
}

template <class World>
void zombie_leader(World& world) {
  const auto [pid, other] = headless(world);
  auto& kernel = world.kernel();
  CHECK(kernel.resume(leader(pid), ResumeHow::run, signals::none).error().code == Errc::no_thread);
  CHECK(kernel.is_thread_of({pid, leader(pid)}));
  CHECK_FALSE(kernel.wait(leader(pid), Kernel::Milliseconds(1)));
  run(world, other);
  CHECK(next(world, other) == "exited 6");
  CHECK(next(world, leader(pid)) == "exited 6");
}

template <class World>
void memory_without_a_leader(World& world) {
  const auto thread = headless(world);
  auto& kernel = world.kernel();
  const auto map = kernel.memory_map(thread.pid);
  REQUIRE(map);
  REQUIRE_FALSE(map->empty());
  Bytes byte(1);
  CHECK(kernel.read_memory(thread.pid, map->front().start, byte) == 1);
  CHECK(kernel.write_memory(thread, map->front().start, byte));
  CHECK_FALSE(kernel.auxv(thread.pid).value_or(Bytes{}).empty());
  CHECK_FALSE(kernel.elf_header(thread.pid).empty());
  CHECK_FALSE(kernel.executable_path(thread.pid).empty());
  REQUIRE(kernel.send_signal(thread.pid, signals::kill));
  run_until(world, "killed 9", 2);
}

template <class World>
void killed_at_a_stop(World& world) {
  const auto threads = stopped_crowd(world);
  auto& kernel = world.kernel();
  const Pid pid{number(*threads.begin())};
  REQUIRE(kernel.send_signal(pid, signals::kill));
  std::vector<Tid> order;
  while (order.size() < threads.size()) {
    const auto status = next_any(world);
    REQUIRE(status);
    CHECK(told(status->reason) == "killed 9");
    order.push_back(status->tid);
  }
  CHECK(order.back() == leader(pid));
  for (const auto tid : threads) CHECK(kernel.interrupt(tid).error().code == Errc::no_thread);
}

template <class World>
void killed_threads_are_no_threads(World& world) {
  const auto threads = stopped_crowd(world);
  auto& kernel = world.kernel();
  const Pid pid{number(*threads.begin())};
  REQUIRE(kernel.send_signal(pid, signals::kill));
  CHECK(next(world, *threads.rbegin()) == "killed 9");
  const auto last = *threads.rbegin();
  CHECK(kernel.resume(last, ResumeHow::run, signals::none).error().code == Errc::no_thread);
  CHECK(kernel.detach(last, signals::none).error().code == Errc::no_thread);
  CHECK(kernel.signal_info(last).error().code == Errc::no_thread);
  run_until(world, "killed 9", 2);
}

template <class World>
void calls_on_a_running_thread(World& world) {
  const auto threads = stopped_crowd(world);
  auto& kernel = world.kernel();
  const auto tid = *threads.rbegin();
  run(world, tid);
  CHECK(kernel.resume(tid, ResumeHow::run, signals::none).error().code == Errc::no_thread);
  CHECK(kernel.signal_info(tid).error().code == Errc::no_thread);
  CHECK(kernel.detach(tid, signals::none).error().code == Errc::no_thread);
  REQUIRE(kernel.interrupt(tid));
  CHECK(next(world, tid) == "interrupt");
  CHECK(kernel.signal_info(tid));
  REQUIRE(kernel.send_signal(Pid{number(*threads.begin())}, signals::kill));
  run_until(world, "killed 9", 3);
}

template <class World>
void stale_interrupt(World& world) {
  const auto threads = stopped_crowd(world);
  auto& kernel = world.kernel();
  const auto tid = *threads.rbegin();
  REQUIRE(kernel.interrupt(tid));
  REQUIRE(kernel.interrupt(tid));
  run(world, tid);
  CHECK(next(world, tid) == "interrupt");
  REQUIRE(kernel.queue_signal({Pid{number(*threads.begin())}, tid}, KernelSignal{12}));
  REQUIRE(kernel.interrupt(tid));
  run(world, tid);
  CHECK(next(world, tid) == "interrupt");  // before the signal
  run(world, tid);
  CHECK(next(world, tid) == "signal 12");
  REQUIRE(kernel.send_signal(Pid{number(*threads.begin())}, signals::kill));
  run_until(world, "killed 9", 3);
}

template <class World>
void signal_before_a_step(World& world) {
  const auto threads = stopped_crowd(world);
  auto& kernel = world.kernel();
  const Pid pid{number(*threads.begin())};
  REQUIRE(kernel.queue_signal({pid, leader(pid)}, KernelSignal{12}));
  REQUIRE(kernel.resume(leader(pid), ResumeHow::step, signals::none));
  CHECK(next(world, leader(pid)) == "signal 12");
  REQUIRE(kernel.resume(leader(pid), ResumeHow::step, KernelSignal{12}));
  CHECK(next(world, leader(pid)) == "signal 5 code 5");  // at its handler
  REQUIRE(kernel.send_signal(pid, signals::kill));
  run_until(world, "killed 9", 3);
}

template <class World>
void group_stop(World& world) {
  const auto pid = world.launch("stops_itself");
  const auto tid = leader(pid);
  auto& kernel = world.kernel();
  run(world, tid);
  REQUIRE(next(world, tid) == "signal 19");
  run(world, tid, 19);
  REQUIRE(next(world, tid) == "group stop 19");
  REQUIRE(kernel.resume(tid, ResumeHow::listen, signals::none));
  CHECK_FALSE(kernel.wait(tid, Kernel::Milliseconds(1)));
  CHECK(kernel.resume(tid, ResumeHow::run, signals::none).error().code == Errc::no_thread);
  REQUIRE(kernel.interrupt(tid));
  CHECK(next(world, tid) == "group stop 19");
  REQUIRE(kernel.interrupt(tid));
  run(world, tid);
  CHECK(next(world, tid) == "group stop 19");  // as long as no SIGCONT has come
  run(world, tid);
  CHECK(next(world, tid) == "exited 2");
}

template <class World>
void continued_in_a_group_stop(World& world) {
  const auto pid = world.launch("stops_itself");
  const auto tid = leader(pid);
  auto& kernel = world.kernel();
  run(world, tid);
  REQUIRE(next(world, tid) == "signal 19");
  run(world, tid, 19);
  REQUIRE(next(world, tid) == "group stop 19");
  REQUIRE(kernel.resume(tid, ResumeHow::listen, signals::none));
  REQUIRE(kernel.send_signal(pid, KernelSignal{18}));
  CHECK(next(world, tid) == "interrupt");
  run(world, tid);
  CHECK(next(world, tid) == "signal 18");
  run(world, tid, 18);
  CHECK(next(world, tid) == "exited 2");
}

template <class World>
void vfork_order(World& world) {
  const auto pid = world.launch("vforks");
  auto& kernel = world.kernel();
  run(world, leader(pid));
  REQUIRE(next(world, leader(pid)) == "vfork");
  Tid child{};
  for (int i = 0; i < patience && child == Tid{}; ++i)
    if (const auto status = next_any(world)) child = status->tid;
  REQUIRE(child != leader(pid));
  CHECK_FALSE(kernel.is_thread_of({pid, child}));
  run(world, leader(pid));
  REQUIRE(kernel.interrupt(leader(pid)));
  CHECK_FALSE(kernel.wait(leader(pid), Kernel::Milliseconds(1)));  // it cannot stop in there
  run(world, child);
  CHECK(next(world, child) == "exited 5");
  CHECK(next(world, leader(pid)) == "vfork done");
  run(world, leader(pid));
  CHECK(end(world, leader(pid)) == "exited 1");  // the interrupt went with that stop
}

// Where hardware runs to first, with DR0 at its function and DR1 on its data.
template <class World>
ThreadId with_debug_registers(World& world) {
  const auto pid = world.launch("hardware");
  const ThreadId thread{pid, leader(pid)};
  run(world, thread.tid);
  REQUIRE(next(world, thread.tid) == "signal 5 code 128");
  const auto [work, data] = world.heard(thread.tid);
  arch::DebugRegisters registers;
  REQUIRE(registers.insert({StoppointType::hardware_breakpoint, work, 1}));
  REQUIRE(registers.insert({StoppointType::write_watchpoint, data, 8}));
  REQUIRE(world.kernel().write_debug_registers(thread.tid, registers));
  return thread;
}

template <class World>
std::uint64_t slots_hit(World& world, Tid tid) {
  return world.kernel().take_debug_status(tid).value() & 0xf;
}

template <class World>
void hardware_breakpoint_passed(World& world) {
  const auto [pid, tid] = with_debug_registers(world);
  run(world, tid);
  CHECK(next(world, tid) == "signal 5 code 4");
  CHECK(slots_hit(world, tid) == 0b01);
  CHECK(slots_hit(world, tid) == 0);
  run(world, tid);
  CHECK(next(world, tid) == "signal 5 code 4");
  CHECK(slots_hit(world, tid) == 0b10);
  REQUIRE(world.kernel().send_signal(pid, signals::kill));
  run_until(world, "killed 9", 1);
}

template <class World>
void debug_registers_not_inherited(World& world) {
  const auto [pid, tid] = with_debug_registers(world);
  for (int stop = 0; stop < 2; ++stop) {
    run(world, tid);
    REQUIRE(next(world, tid) == "signal 5 code 4");
  }
  run(world, tid);
  const auto seen = run_until(world, "exited 7", 1);
  CHECK(seen.size() == 3);
  for (const auto& [who, what] : seen)
    for (const auto& one : what) CHECK_FALSE(one.starts_with("signal 5"));
}

template <class World>
void address_of_the_kernel(World& world) {
  const auto [pid, tid] = with_debug_registers(world);
  arch::DebugRegisters registers;
  REQUIRE(registers.insert({StoppointType::write_watchpoint, Address{0xffff800000000000}, 8}));
  CHECK_FALSE(world.kernel().write_debug_registers(tid, registers));
  run(world, tid);
  const auto seen = run_until(world, "exited 7", 1);  // with none: nothing is armed
  for (const auto& one : seen.at(tid)) CHECK_FALSE(one.starts_with("signal 5"));
}

}  // namespace stub::contract

// The list, for both suites.
#define STUB_CONTRACT(run_in_world)                                                                                   \
  TEST_CASE("an exec by another thread takes the leader's number") { run_in_world(exec_by_another_thread); }          \
  TEST_CASE("a leader that ends first is a zombie until the last") { run_in_world(zombie_leader); }                   \
  TEST_CASE("a process whose leader has ended has its memory still") { run_in_world(memory_without_a_leader); }       \
  TEST_CASE("SIGKILL at a stop ends threads first and the leader last") { run_in_world(killed_at_a_stop); }           \
  TEST_CASE("a thread killed at a stop is no thread to any call") { run_in_world(killed_threads_are_no_threads); }    \
  TEST_CASE("calls on a running thread find no thread") { run_in_world(calls_on_a_running_thread); }                  \
  TEST_CASE("an interrupt of a stopped thread comes at its next resume, once") { run_in_world(stale_interrupt); }     \
  TEST_CASE("a pending signal comes before a step, and a step into a handler is told by the handler's trap") {        \
    run_in_world(signal_before_a_step);                                                                               \
  }                                                                                                                   \
  TEST_CASE("a group stop lasts until SIGCONT or a resume") { run_in_world(group_stop); }                             \
  TEST_CASE("SIGCONT is noticed in a group stop before it is delivered") { run_in_world(continued_in_a_group_stop); } \
  TEST_CASE("a vfork parent stops for nobody until its child is done") { run_in_world(vfork_order); }                 \
  TEST_CASE("a hardware breakpoint lets its instruction pass at the next resume") {                                   \
    run_in_world(hardware_breakpoint_passed);                                                                         \
  }                                                                                                                   \
  TEST_CASE("neither threads nor children inherit debug registers") { run_in_world(debug_registers_not_inherited); }  \
  TEST_CASE("an address that no program has is refused, and disarms all") { run_in_world(address_of_the_kernel); }
