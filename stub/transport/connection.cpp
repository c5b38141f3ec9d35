#include "stub/transport/connection.hpp"

namespace stub {

using asio::posix::stream_descriptor;

Connection::Connection(asio::io_context& io, Wire wire, std::string peer, Target& target, Host& host,
                       Session::Admit admit, Surroundings surroundings, LaunchSettings launch)
    : wire_(std::move(wire)),
      input_(io, wire_.input()),
      peer_(std::move(peer)),
      session_(target, host, std::move(admit), std::move(surroundings), std::move(launch)) {
  if (wire_.output() != wire_.input()) output_.emplace(io, wire_.output());
}

// Asio makes a descriptor non-blocking at its first wait; the waits until a tick need it to block.
void Connection::watch(std::function<void()> ready) {
  ready_ = std::move(ready);
  wait_readable();
  wire_.set_blocking();
}

// The descriptors belong to wire_.
void Connection::close() {
  closed_ = true;
  ready_ = nullptr;
  if (input_.is_open()) input_.release();
  if (output_ && output_->is_open()) output_->release();
  wire_.close();
}

void Connection::finish_sending() { wire_.finish_sending(); }

void Connection::read_directly() { direct_ = true; }

void Connection::read_when_ready() {
  direct_ = false;
  wait_readable();
}

// A client that does not take its replies is not read from until it does. What epoll(7) knows nothing of, a file or
// /dev/null, can always be read.
void Connection::wait_readable() {
  if (closed_ || direct_ || congested() || std::exchange(waiting_to_read_, true)) return;
  input_.async_wait(stream_descriptor::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    self->waiting_to_read_ = false;
    const bool ready = !error || error == asio::error::operation_not_supported;
    if (!ready || self->closed_ || self->direct_) return;
    if (self->ready_) self->ready_();
    self->wait_readable();
  });
}

void Connection::wait_writable() {
  if (std::exchange(waiting_to_write_, true)) return;
  auto& output = output_ ? *output_ : input_;
  output.async_wait(stream_descriptor::wait_write, [self = shared_from_this()](const asio::error_code& error) {
    self->waiting_to_write_ = false;
    if (error || self->closed_) return;
    self->flush();
    if (self->ready_ && !self->direct_ && (self->closed_ || !self->congested())) self->ready_();
    self->wait_readable();
  });
  wire_.set_blocking();
}

bool Connection::receive(socket_io::Waiting waiting) {
  received_.clear();
  switch (wire_.receive(waiting, received_)) {
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
  if (!congested()) session_.tell_calls();
  if (session_.has_output()) unsent_ += session_.take_output();
  if (unsent_.empty() || closed_) return;
  const auto sent = wire_.send(unsent_);
  unsent_.erase(0, sent.count);
  if (sent.closed) closed_ = true;
  if (!unsent_.empty() && !closed_) wait_writable();
}

}  // namespace stub
