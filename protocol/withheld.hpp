// Withheld: packets that we act as if we did not know. gdbserver's --disable-packet, by which GDB's testers make an old
// server of a new one; and what a serial line must do without.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace stub {

struct Withheld {
  std::set<std::string, std::less<>> packets;  // by name
  bool stepping = false;                       // vCont? names no steps; gdb for x86 asks for them all the same
  bool threads_of_stops = false;               // stop replies do not tell the thread
  bool details_of_stops = false;               // S05 instead of T05…

  // One of choices(), or several with commas between.
  [[nodiscard]] Result<> add(std::string_view list);
  // Whether this packet is one that we do not know.
  [[nodiscard]] bool hides(std::string_view packet) const;
  // A line for each, as gdbserver prints them.
  [[nodiscard]] static std::string choices();
};

}  // namespace stub
