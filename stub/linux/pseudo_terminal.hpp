// PseudoTerminal: our end of a terminal made for programs (pty(7)).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "stub/linux/fd.hpp"

namespace stub {

class PseudoTerminal {
 public:
  // An error where there is none to be had: an image without /dev/ptmx or /dev/pts.
  [[nodiscard]] static Result<PseudoTerminal> open();

  // What programs open.
  [[nodiscard]] const std::string& device() const { return device_; }
  [[nodiscard]] int descriptor() const { return master_.get(); }

  // Appends what programs have printed, until there is no more or `most` bytes have come. False: nobody has the
  // terminal open any more, and all has been read.
  [[nodiscard]] bool read(std::string& out, std::size_t most) const;
  // How many bytes it took without waiting; a line that is typed is full at 4096 (termios(3), MAX_CANON).
  [[nodiscard]] std::size_t write(std::string_view text) const;

 private:
  PseudoTerminal(Fd master, std::string device) : master_(std::move(master)), device_(std::move(device)) {}

  Fd master_;
  std::string device_;
};

}  // namespace stub
