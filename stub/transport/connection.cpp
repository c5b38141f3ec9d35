#include "stub/transport/connection.hpp"

namespace stub {

using Socket = asio::generic::stream_protocol::socket;

Connection::Connection(Socket socket, std::string peer, Target& target, Host& host, Session::Admit admit,
                       Surroundings surroundings, LaunchSettings launch)
    : socket_(std::move(socket)),
      peer_(std::move(peer)),
      session_(target, host, std::move(admit), std::move(surroundings), std::move(launch)) {
  socket_io::prepare(socket_.native_handle());
}

// Asio makes the socket non-blocking at its first wait; the waits until a tick need it to block.
void Connection::watch(std::function<void()> ready) {
  ready_ = std::move(ready);
  wait_readable();
  socket_io::set_blocking(socket_.native_handle());
}

void Connection::close() {
  closed_ = true;
  ready_ = nullptr;
  asio::error_code ignored;
  socket_.close(ignored);
}

void Connection::finish_sending() {
  asio::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Connection::read_directly() { direct_ = true; }

void Connection::read_when_ready() {
  direct_ = false;
  wait_readable();
}

// A client that does not take its replies is not read from until it does.
void Connection::wait_readable() {
  if (closed_ || direct_ || congested() || std::exchange(waiting_to_read_, true)) return;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    self->waiting_to_read_ = false;
    if (error || self->closed_ || self->direct_) return;
    if (self->ready_) self->ready_();
    self->wait_readable();
  });
}

void Connection::wait_writable() {
  if (std::exchange(waiting_to_write_, true)) return;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const asio::error_code& error) {
    self->waiting_to_write_ = false;
    if (error || self->closed_) return;
    self->flush();
    if (self->ready_ && !self->direct_ && (self->closed_ || !self->congested())) self->ready_();
    self->wait_readable();
  });
}

bool Connection::receive(socket_io::Waiting waiting) {
  received_.clear();
  switch (socket_io::receive(socket_.native_handle(), waiting, received_)) {
    case socket_io::Received::bytes:
      session_.receive(received_);
      return true;
    case socket_io::Received::nothing:
      return false;
    case socket_io::Received::closed:
      closed_ = true;
      return false;
  }
  return false;
}

void Connection::flush() {
  if (session_.has_output()) unsent_ += session_.take_output();
  if (unsent_.empty() || closed_) return;
  const auto sent = socket_io::send(socket_.native_handle(), unsent_);
  unsent_.erase(0, sent.count);
  if (sent.closed) closed_ = true;
  if (!unsent_.empty() && !closed_) wait_writable();
}

}  // namespace stub
