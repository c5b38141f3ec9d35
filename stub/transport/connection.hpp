// Connection: one client's socket and its session. Readiness comes from Asio; bytes go past it (socket_io.hpp).
#pragma once

#include <asio/generic/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <string>

#include "stub/linux/socket_io.hpp"
#include "stub/session/session.hpp"

namespace stub {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::generic::stream_protocol::socket socket, std::string peer, Target& target, Host& host,
             Session::Admit admit, Surroundings surroundings, LaunchSettings launch);

  // Calls `ready` whenever there may be something to read, or room to write again.
  void watch(std::function<void()> ready);
  void close();

  // While it is read directly, readiness is not told: unread bytes would keep the reactor busy for ever.
  void read_directly();
  void read_when_ready();

  // Takes what is there; until_tick: waits for it too. True: something came.
  bool receive(socket_io::Waiting waiting);
  // Sends as much of the session's output as the socket takes now.
  void flush();
  // Nothing more will come from us; what was sent still arrives.
  void finish_sending();

  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  // The client is gone, or we closed.
  [[nodiscard]] bool closed() const { return closed_; }
  // The client does not read: nothing more is read from it until it does.
  [[nodiscard]] bool congested() const { return !unsent_.empty(); }

 private:
  void wait_readable();
  void wait_writable();

  asio::generic::stream_protocol::socket socket_;
  std::string peer_;
  Session session_;
  std::string unsent_;
  std::string received_;
  std::function<void()> ready_;
  bool direct_ = false;
  bool waiting_to_read_ = false;
  bool waiting_to_write_ = false;
  bool closed_ = false;
};

}  // namespace stub
