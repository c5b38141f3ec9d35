// Frames in gdb's words.
#include "stub/inspect/backtrace.hpp"

#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::inspect;

TEST_CASE("a frame is written as gdb writes it") {
  Frame frame{.pc = Address{0x555555555167}, .function = "main"};
  CHECK(frame_text(frame, 1, 8) == "#1  0x0000555555555167 in main ()");
  frame.line = SourceLine{"counter.c", 12};
  CHECK(frame_text(frame, 10, 8) == "#10 0x0000555555555167 in main () at counter.c:12");
  CHECK(frame_text(frame, 1000, 4) == "#1000 0x555555555167 in main () at counter.c:12");
}

TEST_CASE("of a library it is said which, of the program it is not; a frame without a name has two question marks") {
  Frame frame{.pc = Address{0x1000}, .module = "/lib/libc.so.6"};
  CHECK(frame_text(frame, 0, 4) == "#0  0x00001000 in ?? () from /lib/libc.so.6");
  frame.in_program = true;
  CHECK(frame_text(frame, 0, 4) == "#0  0x00001000 in ?? ()");
}

TEST_CASE("a signal's frame has no address") {
  CHECK(frame_text({.pc = Address{1}, .signal_handler_called = true, .function = "__restore_rt"}, 2, 8) ==
        "#2  <signal handler called>");
}

TEST_CASE("the last line says why there is no more") {
  Backtrace stack{.frames = {{.pc = Address{1}, .function = "f"}}, .end = BacktraceEnd::outermost, .unreadable = {}};
  CHECK(backtrace_text(stack, 4) == "#0  0x00000001 in f ()\n");
  stack.end = BacktraceEnd::limit;
  CHECK(backtrace_text(stack, 4) == "#0  0x00000001 in f ()\n(More stack frames follow...)\n");
  stack.end = BacktraceEnd::unreadable;
  stack.unreadable = Address{8};
  CHECK(end_text(stack) == "Backtrace stopped: Cannot access memory at address 0x8");
  stack.end = BacktraceEnd::identical;
  CHECK(end_text(stack).contains("identical"));
  stack.end = BacktraceEnd::inner;
  CHECK(end_text(stack).contains("inner"));
}
