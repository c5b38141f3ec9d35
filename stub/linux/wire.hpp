// Wire: the way to one client and back: a connected socket, our standard input and output, or a serial line.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "stub/linux/fd.hpp"
#include "stub/linux/socket_io.hpp"

namespace stub {

class Wire {
 public:
  Wire() = default;
  [[nodiscard]] static Result<Wire> of_socket(Fd socket);
  // Pipes, a socket or a terminal. In their place programs get /dev/null and our standard error.
  [[nodiscard]] static Result<Wire> standard_streams();
  // A terminal device, made transparent for all bytes until close().
  [[nodiscard]] static Result<Wire> serial_line(const std::string& device);

  Wire(Wire&& other) noexcept { swap(other); }
  Wire& operator=(Wire&& other) noexcept {
    swap(other);
    return *this;
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() { close(); }

  void close();

  // One descriptor, but for standard streams.
  [[nodiscard]] int input() const { return input_.get(); }
  [[nodiscard]] int output() const { return output_ ? output_.get() : input_.get(); }

  // As socket_io has them. What waits until a tick needs a blocking descriptor.
  [[nodiscard]] socket_io::Received receive(socket_io::Waiting waiting, std::string& out) const;
  [[nodiscard]] socket_io::Sent send(std::string_view bytes) const;
  // Nothing more will come from us; what was sent still arrives. Only a socket can tell its peer.
  void finish_sending() const;
  // A serial line stays as it is: we alone have opened it.
  void set_blocking() const;

 private:
  void swap(Wire& other) noexcept;

  Fd input_;
  Fd output_;  // none: the same
  bool from_socket_ = false;
  bool to_socket_ = false;
  std::optional<termios> settings_before_;  // of a serial line
};

}  // namespace stub
