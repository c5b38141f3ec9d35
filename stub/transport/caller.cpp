#include "stub/transport/caller.hpp"

#include <asio/post.hpp>

namespace stub {

using asio::ip::tcp;

Caller::Caller(asio::io_context& io, const ListenAddress& whom, std::chrono::milliseconds bound, Done done)
    : io_(io), whom_(whom), bound_(bound), done_(std::move(done)), socket_(io), timer_(io) {
  if (whom_.host.empty()) whom_.host = "localhost";
}

void Caller::call(asio::io_context& io, const ListenAddress& whom, std::chrono::milliseconds bound, Done done) {
  const std::shared_ptr<Caller> caller(new Caller(io, whom, bound, std::move(done)));
  asio::post(io, [caller] { caller->begin(); });
}

void Caller::begin() {
  asio::error_code error;
  found_ = tcp::resolver(io_).resolve(whom_.host, std::to_string(whom_.port), error);
  next_ = found_.begin();
  try_next(error ? error : asio::error::host_not_found);
}

void Caller::try_next(const asio::error_code& why_not_before) {
  if (next_ == found_.end())
    return done_(fail_system(why_not_before.value(), "Cannot connect to " + whom_.host + ":" +
                                                         std::to_string(whom_.port) + ": " + why_not_before.message()));
  late_ = false;
  socket_ = Socket(io_);
  timer_.expires_after(bound_);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (error) return;
    self->late_ = true;
    asio::error_code ignored;
    self->socket_.close(ignored);
  });
  const tcp::endpoint endpoint = *next_++;
  socket_.async_connect(endpoint,
                        [self = shared_from_this()](const asio::error_code& error) { self->on_connected(error); });
}

// The timer may have struck while this was on its way: then the socket is closed, whatever became of it.
void Caller::on_connected(const asio::error_code& error) {
  timer_.cancel();
  if (late_) return try_next(asio::error::timed_out);
  if (error) return try_next(error);
  done_(std::move(socket_));
}

}  // namespace stub
