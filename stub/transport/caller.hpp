// Caller: a way to somebody who listens. A name's addresses are tried one after another, each for a bounded time: a
// host that drops what it is sent would keep connect(2) for minutes, and whoever waits for it.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "protocol/error.hpp"
#include "stub/listen_address.hpp"

namespace stub {

class Caller : public std::enable_shared_from_this<Caller> {
 public:
  using Socket = asio::ip::tcp::socket;
  using Done = std::function<void(Result<Socket>)>;

  // `done` is called once, by the event loop; what was begun ends with the loop.
  static void call(asio::io_context& io, const ListenAddress& whom, std::chrono::milliseconds bound, Done done);

  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

 private:
  Caller(asio::io_context& io, const ListenAddress& whom, std::chrono::milliseconds bound, Done done);

  void begin();
  void try_next(const asio::error_code& why_not_before);
  void on_connected(const asio::error_code& error);

  asio::io_context& io_;
  ListenAddress whom_;
  std::chrono::milliseconds bound_;
  Done done_;
  asio::ip::tcp::resolver::results_type found_;
  asio::ip::tcp::resolver::results_type::iterator next_;
  Socket socket_;
  asio::steady_timer timer_;
  bool late_ = false;
};

}  // namespace stub
