#include "stub/linux/socket_io.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace stub::socket_io {
namespace {

constexpr int idle_seconds = 15, probe_seconds = 5, probes = 3;
constexpr int user_timeout_milliseconds = 30'000;

void set(int socket, int level, int option, int value) { ::setsockopt(socket, level, option, &value, sizeof value); }

}  // namespace

Received receive(int socket, Waiting waiting, std::string& out) {
  static std::array<char, 65536> buffer;
  const auto got = ::recv(socket, buffer.data(), buffer.size(), waiting == Waiting::no ? MSG_DONTWAIT : 0);
  if (got > 0) {
    out.append(buffer.data(), static_cast<std::size_t>(got));
    return Received::bytes;
  }
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return Received::nothing;
  return Received::closed;
}

Sent send(int socket, std::string_view bytes) {
  Sent sent;
  while (sent.count < bytes.size()) {
    const auto rest = bytes.substr(sent.count);
    const auto put = ::send(socket, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
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

void set_close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

void set_blocking(int socket) { ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK); }

void prepare(int socket) {
  set_close_on_exec(socket);
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, idle_seconds);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, probe_seconds);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, probes);
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_milliseconds);
}

}  // namespace stub::socket_io
