// Trace: what stub tells of its own doing to those who look for a fault. gdbserver's --debug and `monitor set debug`.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace stub {

class Trace {
 public:
  enum class Part : std::uint8_t { threads, remote, event_loop };

  // gdbserver's list of parts: PART or +PART switches it on, -PART off; `all` is every one.
  [[nodiscard]] Result<> choose(std::string_view list);
  // gdbserver's list of what each line begins with: timestamp, all, none. What was understood, a line for each.
  [[nodiscard]] Result<std::string> set_format(std::string_view list);
  // Empty: standard error. Before start() it is only remembered.
  [[nodiscard]] Result<> write_to(std::string file);

  // Where lines go, and what makes them go to another file.
  using Write = std::function<void(const std::string& line)>;
  using Open = std::function<Result<>(const std::string& file)>;
  [[nodiscard]] Result<> start(Write write, Open open);

  [[nodiscard]] bool tells(Part part) const { return on_[static_cast<std::size_t>(part)]; }
  void tell(Part part, std::string_view text) const;
  void tell(Part part, std::string_view who, std::string_view what) const {
    if (tells(part)) tell(part, std::string(who) += what);
  }

 private:
  std::array<bool, 3> on_{};
  bool stamped_ = false;
  std::string file_;
  Write write_;
  Open open_;
};

// Bytes for a line of a trace: what is not to be printed as \x01, what is very long without its end.
[[nodiscard]] std::string printable(std::string_view bytes);

}  // namespace stub
