// Listener: the port. Bound and listening from the start; connections wait until somebody accepts them.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <vector>

#include "protocol/error.hpp"
#include "stub/options.hpp"
#include "stub/transport/gate.hpp"

namespace stub {

class Listener {
 public:
  // An error's text names cause and cure.
  static Result<Listener> open(asio::io_context& io, const ListenAddress& address, Gate gate);

  // One more port, before accept().
  Result<> add(asio::io_context& io, const ListenAddress& address);

  // The first.
  [[nodiscard]] std::uint16_t port() const;

  using Accepted = std::function<void(asio::ip::tcp::socket, asio::ip::tcp::endpoint)>;
  using Refused = std::function<void(asio::ip::tcp::endpoint)>;
  // Until close(); whom the gate does not admit is disconnected.
  void accept(Accepted accepted, Refused refused);
  void close();

 private:
  Listener(Gate gate, std::vector<asio::ip::tcp::acceptor> acceptors)
      : gate_(std::move(gate)), acceptors_(std::move(acceptors)) {}
  void accept_next(asio::ip::tcp::acceptor& acceptor);

  Gate gate_;
  std::vector<asio::ip::tcp::acceptor> acceptors_;
  Accepted accepted_;
  Refused refused_;
};

}  // namespace stub
