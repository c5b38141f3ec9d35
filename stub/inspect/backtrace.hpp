// Backtrace: what called what in one thread, as a value, and in gdb's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/types.hpp"

namespace stub::inspect {

struct SourceLine {
  std::string file;
  int line = 0;
};

struct Frame {
  Address pc;
  bool signal_handler_called = false;  // the kernel's return address into a signal's frame, no call
  std::string function;                // demangled; empty: unknown
  std::uint64_t offset = 0;            // of the pc in it, bytes
  std::string module;                  // the file that is mapped there; empty: none
  bool in_program = false;             // that is the program itself
  std::uint64_t module_offset = 0;     // of the pc, from where the file is mapped on
  std::optional<SourceLine> line;
};

enum class BacktraceEnd : std::uint8_t {
  outermost,  // nothing called it
  limit,      // there are more
  identical,  // the next would be the same again
  inner,      // the next would lie below it on the stack
  unreadable  // the stack is not to be read at Backtrace::unreadable
};

struct Backtrace {
  std::vector<Frame> frames;
  BacktraceEnd end{};
  Address unreadable{};
};

// "#1  0x0000555555555167 in main () at counter.c:12": arguments are not known. `pointer_size` is the process's.
[[nodiscard]] std::string frame_text(const Frame& frame, std::size_t number, std::size_t pointer_size);
// Why there are no more frames; empty where the last is the outermost.
[[nodiscard]] std::string end_text(const Backtrace& backtrace);
// A line a frame, and one for the end.
[[nodiscard]] std::string backtrace_text(const Backtrace& backtrace, std::size_t pointer_size);

}  // namespace stub::inspect
