// Console: the terminal of a program that a client has launched, as its client sees it: what is printed there, and
// what is typed.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "stub/linux/pseudo_terminal.hpp"

namespace stub {

class Console : public std::enable_shared_from_this<Console> {
 public:
  Console(asio::io_context& io, PseudoTerminal terminal)
      : terminal_(std::move(terminal)), descriptor_(io, terminal_.descriptor()) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() { close(); }

  // `printed` is called when there may be something to take, once after each listen().
  void watch(std::function<void()> printed) { printed_ = std::move(printed); }
  void listen();
  // What has been printed and not been taken.
  [[nodiscard]] std::string take();
  // What the program does not read yet waits, up to a bound.
  Result<> type(std::string_view text);

  // Nobody can print or read there any more.
  [[nodiscard]] bool closed() const { return closed_; }
  void close();

 private:
  void type_more();

  PseudoTerminal terminal_;
  asio::posix::stream_descriptor descriptor_;  // belongs to terminal_
  std::function<void()> printed_;
  std::string typed_;
  bool listening_ = false;
  bool waiting_to_type_ = false;
  bool closed_ = false;
};

}  // namespace stub
