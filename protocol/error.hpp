// Error: what went wrong, as a code that a client can be told and a sentence that a person can read.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace stub {

enum class Errc : std::uint8_t {
  malformed,      // the packet is not what its name promises
  unsupported,    // understood, but not to be had here
  no_process,     // there is no debuggee
  wrong_process,  // not a process of ours
  no_thread,      // not a thread of ours, or it is gone
  running,        // the thread must be stopped for this
  unreadable,     // no memory there, or not readable
  unwritable,     // no memory there, or not writable
  no_slot,        // all debug registers are taken
  no_register,    // no such register, or wrong size
  end_of_list,    // nothing more to enumerate
  cannot_run,     // a program cannot be started: `number` is execve's errno
  system,         // the kernel said no: `number` is its errno
};

struct Error {
  Errc code{};
  std::string text;
  int number = 0;  // errno for Errc::system and Errc::cannot_run, else 0
};

template <class T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string text) {
  return std::unexpected(Error{code, std::move(text), 0});
}
[[nodiscard]] inline std::unexpected<Error> fail_system(int number, std::string text) {
  return std::unexpected(Error{Errc::system, std::move(text), number});
}

}  // namespace stub

// The value of a Result, or return its error from the enclosing function. The one macro of the project:
// std::expected has no monadic members before GCC 13. It does not nest.
#define TRY(expression)                                                     \
  __extension__({                                                           \
    auto try_result = (expression);                                         \
    if (!try_result) return std::unexpected(std::move(try_result).error()); \
    *std::move(try_result);                                                 \
  })
