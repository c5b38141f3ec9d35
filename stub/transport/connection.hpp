// Connection: one client's wire and its session. Readiness comes from Asio; bytes go past it (wire.hpp).
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "stub/linux/wire.hpp"
#include "stub/session/session.hpp"

namespace stub {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::io_context& io, Wire wire, std::string peer, Target& target, Host& host, Session::Admit admit,
             Surroundings surroundings, LaunchSettings launch);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  // Calls `ready` whenever there may be something to read, or room to write again.
  void watch(std::function<void()> ready);
  void close();

  // While it is read directly, readiness is not told: unread bytes would keep the reactor busy for ever.
  void read_directly();
  void read_when_ready();

  // Takes what is there; until_tick: waits for it too. True: something came.
  bool receive(socket_io::Waiting waiting);
  // Sends as much of the session's output as the wire takes now.
  void flush();
  // Nothing more will come from us; what was sent still arrives.
  void finish_sending();

  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  // The client is gone, or we closed.
  [[nodiscard]] bool closed() const { return closed_; }
  // Its session's work goes on at the loop's next turn. False: that has been seen to.
  [[nodiscard]] bool begin_turn() { return !std::exchange(turn_awaited_, true); }
  void end_turn() { turn_awaited_ = false; }
  // The client does not read: nothing more is read from it until it does.
  [[nodiscard]] bool congested() const { return !unsent_.empty(); }

 private:
  void wait_readable();
  void wait_writable();

  Wire wire_;
  asio::posix::stream_descriptor input_;
  std::optional<asio::posix::stream_descriptor> output_;  // none: the same
  std::string peer_;
  Session session_;
  std::string unsent_;
  std::string received_;
  std::function<void()> ready_;
  bool direct_ = false;
  bool waiting_to_read_ = false;
  bool waiting_to_write_ = false;
  bool turn_awaited_ = false;
  bool closed_ = false;
};

}  // namespace stub
