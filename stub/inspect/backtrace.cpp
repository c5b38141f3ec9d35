#include "stub/inspect/backtrace.hpp"

#include <algorithm>

#include "protocol/hex.hpp"

namespace stub::inspect {
namespace {

// Wide enough for two digits and a blank, as in gdb.
std::string numbered(std::size_t number) {
  auto text = "#" + std::to_string(number);
  text.resize(std::max<std::size_t>(4, text.size() + 1), ' ');
  return text;
}

std::string place_of(const Frame& frame) {
  if (frame.line) return " at " + frame.line->file + ":" + std::to_string(frame.line->line);
  // As gdb: only of libraries it is said where the function is from.
  return frame.module.empty() || frame.in_program ? "" : " from " + frame.module;
}

}  // namespace

std::string frame_text(const Frame& frame, std::size_t number, std::size_t pointer_size) {
  if (frame.signal_handler_called) return numbered(number) + "<signal handler called>";
  const auto function = frame.function.empty() ? "??" : frame.function;
  return numbered(number) + "0x" + hex(frame.pc.value, 2 * pointer_size) + " in " + function + " ()" + place_of(frame);
}

std::string end_text(const Backtrace& backtrace) {
  switch (backtrace.end) {
    case BacktraceEnd::outermost:
      return {};
    case BacktraceEnd::limit:
      return "(More stack frames follow...)";
    case BacktraceEnd::identical:
      return "Backtrace stopped: previous frame identical to this frame (corrupt stack?)";
    case BacktraceEnd::inner:
      return "Backtrace stopped: previous frame inner to this frame (corrupt stack?)";
    case BacktraceEnd::unreadable:
      return "Backtrace stopped: Cannot access memory at address 0x" + hex(backtrace.unreadable.value);
  }
  return {};
}

std::string backtrace_text(const Backtrace& backtrace, std::size_t pointer_size) {
  std::string out;
  for (std::size_t i = 0; i < backtrace.frames.size(); ++i)
    out += frame_text(backtrace.frames[i], i, pointer_size) + "\n";
  const auto end = end_text(backtrace);
  return end.empty() ? out : out + end + "\n";
}

}  // namespace stub::inspect
