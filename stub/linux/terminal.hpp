// Terminal: our terminal, lent to the debuggee as its foreground process group.
#pragma once

#include <string_view>

#include "protocol/types.hpp"

namespace stub {

// A new session without a terminal (setsid(2)); nothing where we lead one already.
void enter_own_session();

// What whoever started us has left open, but for the standard files, is for us alone.
void keep_files_from_programs();

// Text of a program that nobody else hears, on our standard output; what does not fit there now is dropped.
void print_here(std::string_view text);

class Terminal {
 public:
  Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  // Takes it back.
  ~Terminal();

  // The first time, and only if standard input is a terminal whose foreground group is our own; otherwise nothing
  // happens.
  void lend_to(Pid group);

 private:
  bool asked_ = false;
  bool lent_ = false;
};

}  // namespace stub
