#include "stub/linux/wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace stub {
namespace {

bool is_socket(int descriptor) {
  struct stat facts{};
  return ::fstat(descriptor, &facts) == 0 && S_ISSOCK(facts.st_mode);
}

bool ready(int descriptor, short events, int timeout) {
  pollfd entry{descriptor, events, 0};
  return ::poll(&entry, 1, timeout) > 0;
}

constexpr int for_ever = -1;

// Polled first, not made non-blocking: that would be so for everybody who shares the open file (a terminal's other
// users among them).
socket_io::Received receive_from_file(int descriptor, socket_io::Waiting waiting, std::string& out) {
  if (!ready(descriptor, POLLIN, waiting == socket_io::Waiting::no ? 0 : for_ever)) return socket_io::Received::nothing;
  static std::array<char, 65536> buffer;
  const auto got = ::read(descriptor, buffer.data(), buffer.size());
  if (got > 0) {
    out.append(buffer.data(), static_cast<std::size_t>(got));
    return socket_io::Received::bytes;
  }
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return socket_io::Received::nothing;
  return socket_io::Received::closed;
}

// A pipe that is ready takes PIPE_BUF bytes without waiting (pipe(7)).
socket_io::Sent send_to_file(int descriptor, std::string_view bytes) {
  socket_io::Sent sent;
  while (sent.count < bytes.size() && ready(descriptor, POLLOUT, 0)) {
    const auto piece = bytes.substr(sent.count, PIPE_BUF);
    const auto put = ::write(descriptor, piece.data(), piece.size());
    if (put >= 0) {
      sent.count += static_cast<std::size_t>(put);
      continue;
    }
    if (errno == EINTR) continue;
    sent.closed = errno != EAGAIN;
    break;
  }
  return sent;
}

// GDB's manual wants a line that changes no byte ("Server": 8 bits, no parity); speed and stop bits stay as stty(1)
// has left them.
termios transparent(termios settings) {
  settings.c_iflag = 0;
  settings.c_oflag = 0;
  settings.c_lflag = 0;
  settings.c_cflag &= ~static_cast<tcflag_t>(CSIZE | PARENB);
  settings.c_cflag |= CLOCAL | CREAD | CS8;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  return settings;
}

std::unexpected<Error> system_error(const std::string& what) {
  return fail_system(errno, what + ": " + std::strerror(errno));
}

}  // namespace

Result<Wire> Wire::of_socket(Fd socket) {
  if (!is_socket(socket.get())) return fail(Errc::system, "not a socket");
  socket_io::prepare(socket.get());
  Wire wire;
  wire.input_ = std::move(socket);
  wire.from_socket_ = wire.to_socket_ = true;
  return wire;
}

Result<Wire> Wire::standard_streams() {
  constexpr int above_standard = STDERR_FILENO + 1;
  Wire wire;
  wire.input_ = Fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, above_standard));
  wire.output_ = Fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, above_standard));
  if (!wire.input_ || !wire.output_) return system_error("standard input and output must be open");
  wire.from_socket_ = is_socket(wire.input());
  wire.to_socket_ = is_socket(wire.output());
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return system_error("Cannot open /dev/null");
  ::dup2(null.get(), STDIN_FILENO);
  if (::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) ::dup2(null.get(), STDOUT_FILENO);
  return wire;
}

// Non-blocking: or the open would wait for a carrier.
Result<Wire> Wire::serial_line(const std::string& device) {
  const auto failure = "Could not open remote device " + device;
  Wire wire;
  wire.input_ = Fd(::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!wire.input_) return system_error(failure);
  termios before{};
  if (::tcgetattr(wire.input(), &before) != 0) return system_error(failure);
  wire.settings_before_ = before;
  const auto settings = transparent(before);
  if (::tcsetattr(wire.input(), TCSANOW, &settings) != 0) return system_error(failure);
  return wire;
}

void Wire::close() {
  if (input_ && settings_before_) ::tcsetattr(input_.get(), TCSANOW, &*settings_before_);
  settings_before_.reset();
  input_ = Fd();
  output_ = Fd();
}

void Wire::swap(Wire& other) noexcept {
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  std::swap(from_socket_, other.from_socket_);
  std::swap(to_socket_, other.to_socket_);
  std::swap(settings_before_, other.settings_before_);
}

socket_io::Received Wire::receive(socket_io::Waiting waiting, std::string& out) const {
  if (!input_) return socket_io::Received::closed;
  return from_socket_ ? socket_io::receive(input(), waiting, out) : receive_from_file(input(), waiting, out);
}

socket_io::Sent Wire::send(std::string_view bytes) const {
  return to_socket_ ? socket_io::send(output(), bytes) : send_to_file(output(), bytes);
}

void Wire::finish_sending() const {
  if (to_socket_) ::shutdown(output(), SHUT_WR);
}

void Wire::set_blocking() const {
  if (settings_before_) return;
  for (const int descriptor : {input(), output()}) socket_io::set_blocking(descriptor);
}

}  // namespace stub
