// Stacks of real programs.
#include "stub/inspect/unwinder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "stub/inspect/crash_report.hpp"
#include "stub/linux/linux_host.hpp"
#include "tests/linux/live.hpp"
#include "tests/linux/temporary.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

using inspect::Backtrace, inspect::BacktraceEnd;

// The program until it tells or is about to die, and what its threads look like then.
struct Stopped : Live {
  Stopped(const std::string& name, const std::vector<std::string>& arguments) {
    launch(name, arguments);
    const auto event = go_on();
    thread = event.thread;
    what = told(event);
    engine.hold(pid);
    unwinder.emplace(engine, host, pid);
  }
  Backtrace stack(std::size_t most = inspect::Unwinder::most_frames) {
    return unwinder->backtrace(thread, most).value();
  }
  LinuxHost host;
  ThreadId thread;
  std::string what;
  std::optional<inspect::Unwinder> unwinder;
};

std::vector<std::string> names(const Backtrace& stack) {
  std::vector<std::string> out;
  for (const auto& frame : stack.frames) out.push_back(frame.signal_handler_called ? "<signal>" : frame.function);
  return out;
}

void launch_file(Live& live, const std::vector<std::string>& arguments) {
  live.pid = live.engine.launch({.arguments = arguments}).value();
}

bool begins_with(const Backtrace& stack, const std::vector<std::string>& wanted) {
  const auto found = names(stack);
  CAPTURE(found);
  return found.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), found.begin());
}

}  // namespace

TEST_CASE("a stack is unwound to the program's beginning, with names and lines") {
  for (const auto& suffix : architectures()) {
    Stopped program("stacks" + suffix, {"deep", "2"});
    const auto stack = program.stack();
    CHECK(begins_with(stack, {"stop", "descend", "descend", "descend", "main"}));
    CHECK(stack.end == BacktraceEnd::outermost);
    REQUIRE(stack.frames[1].line);
    CHECK(stack.frames[1].line->file.ends_with("stacks.c"));
    CHECK(stack.frames[1].line->line == 16);
    CHECK(stack.frames[1].in_program);
    CHECK(stack.frames.back().function == "_start");
  }
}

TEST_CASE("a recursion of a million calls ends at the limit, which is said") {
  for (const auto& suffix : architectures()) {
    Stopped program("stacks" + suffix, {"deep", "1000000"});
    CHECK(program.what == "signal 11");  // that is more than its stack
    const auto stack = program.stack();
    CHECK(stack.frames.size() == inspect::Unwinder::most_frames);
    CHECK(stack.end == BacktraceEnd::limit);
    CHECK(program.stack(1).frames.size() == 1);
    const auto report = inspect::make_crash_report(program.engine, program.host, program.thread, KernelSignal{11});
    CHECK(report.mapping.ends_with("the stack may have overflowed"));
  }
}

TEST_CASE("a signal's handler stands before what it interrupted") {
  for (const auto& suffix : architectures()) {
    Stopped program("stacks" + suffix, {"signal"});
    REQUIRE(program.what == "signal 10");
    REQUIRE(program.go({{program.thread, {.signal = signal(10)}}}) == "own trap");
    const auto found = names(program.stack());
    CAPTURE(found);
    REQUIRE(found.size() > 4);
    CHECK(found[0] == "stop");
    CHECK(found[1] == "in_handler");
    CHECK(found[2] == "<signal>");
    CHECK(std::ranges::find(found, "raise_here") != found.end());
    CHECK(std::ranges::find(found, "main") != found.end());
  }
}

TEST_CASE("a hundred threads are unwound, each to its beginning") {
  Stopped program("stacks", {"threads", "100"});
  const auto threads = inspect::report_threads(program.engine, *program.unwinder, program.thread);
  REQUIRE(threads.size() == 101);
  CHECK(threads.front().id == program.thread);
  CHECK(begins_with(threads.front().backtrace, {"stop", "start_threads", "main"}));
  for (const auto& thread : threads) {
    if (thread.id == program.thread) continue;
    const auto found = names(thread.backtrace);
    CHECK(std::ranges::find(found, "wait_in_thread") != found.end());
    CHECK(thread.backtrace.end == BacktraceEnd::outermost);
  }
}

TEST_CASE("a call of a null pointer shows its caller") {
  for (const auto& suffix : architectures()) {
    Stopped program("stacks" + suffix, {"null"});
    CHECK(program.what == "signal 11");
    const auto stack = program.stack();
    CHECK(stack.frames[0].pc == Address{0});
    CHECK(begins_with(stack, {"", "call_null", "main"}));
  }
}

TEST_CASE("a stack that was overwritten ends where it was") {
  Stopped program("stacks", {"overrun"});
  const auto stack = program.stack();
  CHECK(begins_with(stack, {"stop", "overrun"}));
  CHECK(stack.frames.size() < 6);
}

TEST_CASE("tables that lead in a circle, down the stack or up it for ever come to an end") {
  Stopped identical("odd_tables", {"identical"});
  CHECK(identical.stack().end == BacktraceEnd::identical);
  CHECK(identical.stack().frames.size() == 1);
  Stopped inner("odd_tables", {"inner"});
  CHECK(inner.stack().end == BacktraceEnd::inner);
  Stopped outward("odd_tables", {"outward"});
  CHECK(outward.stack().end == BacktraceEnd::limit);
}

TEST_CASE("a static program without symbols has whole stacks") {
  Stopped program("stacks-static", {"deep", "3"});
  const auto stack = program.stack();
  CHECK(stack.frames.size() >= 8);
  CHECK(stack.frames[0].function.empty());
  CHECK(stack.frames[0].module.ends_with("stacks-static"));
  CHECK(stack.frames[0].module_offset != 0);
}

TEST_CASE("a program whose file is gone is still read") {
  Temporary folder;
  const auto copy = folder.of("copy");
  std::filesystem::copy_file(program("stacks"), copy);
  Live live;
  launch_file(live, {copy, "deep", "1"});
  std::filesystem::remove(copy);
  const auto event = live.go_on();
  LinuxHost host;
  inspect::Unwinder unwinder(live.engine, host, live.pid);
  CHECK(begins_with(unwinder.backtrace(event.thread).value(), {"stop", "descend", "descend", "main"}));
}

TEST_CASE("a crash is reported whole") {
  Stopped program("stacks", {"null"});
  const auto report = inspect::make_crash_report(program.engine, program.host, program.thread, KernelSignal{11});
  REQUIRE(report.fault);
  CHECK(inspect::fault_text(*report.fault) == "SIGSEGV (segmentation fault) at 0x0: nothing is mapped at this address");
  CHECK(report.mapping == "0x0 is a null pointer, or close to one");
  CHECK(report.program == stub::program("stacks"));
  CHECK(report.arguments.size() == 2);
  CHECK(report.registers.size() >= 24);
  CHECK(report.registers.front().name == "rax");
  CHECK(report.code.empty());
  CHECK(report.threads.size() == 1);
  CHECK(std::ranges::any_of(report.modules, [](const auto& m) { return !m.build_id.empty(); }));
  CHECK(report.limits.rows.size() >= 16);
}

TEST_CASE("the instructions around the pc are shown from the function's beginning on") {
  Stopped program("stacks", {"deep", "1"});
  const auto report = inspect::make_crash_report(program.engine, program.host, program.thread, std::nullopt);
  REQUIRE(report.code.size() > 3);
  const auto current = std::ranges::find(report.code, true, &inspect::CodeLine::current);
  REQUIRE(current != report.code.end());
  CHECK(current != report.code.begin());
  CHECK(current->symbol.starts_with("stop+"));
  CHECK(current[-1].text.starts_with("int3"));
}

// Whatever is wrong with a module's file, unwinding goes on without it. The program runs from the good file, whose name
// is gone; what we read in its place is another.
TEST_CASE("files that are no ELF any more, or a broken one, are endured") {
  struct Deceived final : LinuxHost {
    std::string file;
    Result<int> open(Root root, const std::string& path, std::uint32_t flags, std::uint32_t mode) override {
      return path.ends_with("/exe") ? LinuxHost::open({}, file, flags, mode) : LinuxHost::open(root, path, flags, mode);
    }
  } host;
  Temporary folder;
  host.file = folder.of("bad");
  const auto copy = folder.of("copy");
  std::filesystem::copy_file(program("stacks"), copy);
  std::ifstream in(copy, std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  Live live;
  launch_file(live, {copy, "deep", "3"});
  const auto thread = live.go_on().thread;
  std::filesystem::remove(copy);

  unsigned random = 12345;
  const auto next = [&random] { return random = random * 1664525U + 1013904223U; };
  for (unsigned turn = 0; turn < 60; ++turn) {
    auto bad = good.substr(0, turn % 10 == 0 ? good.size() / (turn + 2) : good.size());
    // Every other time only where headers and tables begin.
    const auto within = turn % 2 == 0 ? std::min<std::size_t>(bad.size(), 4096) : bad.size();
    for (unsigned i = 0; i < 1U << turn % 10; ++i) bad[next() / 8 % within] = static_cast<char>(next() >> 16U);
    if (turn % 4 != 0) bad.replace(0, 20, good.substr(0, 20));  // or it would be refused at once
    static_cast<void>(folder.write("bad", bad));
    inspect::Unwinder unwinder(live.engine, host, live.pid);
    const auto stack = unwinder.backtrace(thread);
    REQUIRE(stack);
    CHECK_FALSE(stack->frames.empty());
    CHECK_FALSE(unwinder.modules().empty());
  }
}

}  // namespace stub
