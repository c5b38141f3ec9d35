// Server: connections that come and go, and who has the process.
#include <chrono>

#include "stub/log.hpp"
#include "stub/server.hpp"

namespace stub {
namespace {

constexpr std::size_t most_connections = 16;
constexpr std::chrono::seconds first_packet_bound{60};
constexpr std::chrono::seconds departure_bound{10};

std::string host_of(const asio::ip::tcp::endpoint& peer) {
  const auto address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

std::string shown(const asio::ip::tcp::endpoint& peer) {
  return "host " + host_of(peer) + ", port " + std::to_string(peer.port());
}

}  // namespace

void Server::accept(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer) {
  if (connections_.size() >= most_connections) return log::say("refused " + shown(peer) + ": too many connections");
  auto slot = std::make_shared<std::weak_ptr<Connection>>();  // the session's hook must find its connection
  Session::Hooks hooks{.admit = [this, slot](Session& session) { return admit(slot->lock(), session); },
                       .before_resume =
                           [this] {
                             if (!options_.attach) terminal_.lend_to(process_);
                           }};
  auto connection = std::make_shared<Connection>(std::move(socket), shown(peer), engine_, host_, std::move(hooks));
  *slot = connection;
  connections_.push_back(connection);
  connection->watch([this, weak = std::weak_ptr(connection)] {
    if (const auto ready = weak.lock()) on_ready(ready);
  });
  close_after(connection, first_packet_bound, [](Connection& c) { return c.session().identified(); });
}

// A port scan, a health probe or a forgotten connection must not stay for ever.
void Server::close_after(const ConnectionPointer& connection, std::chrono::seconds bound,
                         std::function<bool(Connection&)> unless) {
  auto timer = std::make_shared<asio::steady_timer>(io_, bound);
  timer->async_wait(
      [this, timer, weak = std::weak_ptr(connection), unless = std::move(unless)](const asio::error_code& error) {
        const auto late = weak.lock();
        if (error || !late || late->closed() || unless(*late)) return;
        late->close();
        gone(late);
      });
}

// Only somebody who has sent a packet that makes sense is a client.
Result<> Server::admit(const ConnectionPointer& connection, Session& session) {
  if (controller_) return fail(Errc::unsupported, "busy, used by " + controller_->peer());
  if (!traced_) return fail(Errc::no_process, "there is no process to debug any more");
  controller_ = connection;
  log::announce("Remote debugging from " + connection->peer());
  session.claim(process_);
  return {};
}

// One that is not in a burst: it has no process, or not yet.
void Server::serve(const ConnectionPointer& connection) {
  connection->receive(socket_io::Waiting::no);
  while (!connection->congested() && connection->session().parting() == Parting::none && connection->session().step())
    connection->flush();
  connection->flush();
  if (connection->closed()) return gone(connection);
  if (connection->session().parting() == Parting::refused) {
    log::say("refused " + connection->peer() + ": the process is in use");
    connection->finish_sending();
    close_after(connection, departure_bound, [](Connection&) { return false; });
  }
}

void Server::on_ready(const ConnectionPointer& connection) {
  if (connection->session().parting() != Parting::none) return await_departure(connection);
  if (connection != controller_) serve(connection);
  if (connection == controller_ && !bursting_) burst(connection);
}

// What a client sends when all has been said is not read for its sense, only for its end.
void Server::await_departure(const ConnectionPointer& connection) {
  connection->receive(socket_io::Waiting::no);
  connection->flush();
  if (connection->closed()) gone(connection);
}

// Its client has nothing more to do here, but may still read our last words.
void Server::part(const ConnectionPointer& connection) {
  const auto parting = connection->session().parting();
  if (parting == Parting::detached) options_.attach ? void(traced_ = false) : let_go(signals::none);
  if (parting == Parting::exited || parting == Parting::killed) traced_ = false;
  close_after(connection, departure_bound, [](Connection&) { return false; });
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is taken out of every list
void Server::gone(ConnectionPointer connection) {
  connection->close();
  connections_.remove(connection);
  if (controller_ != connection) return;
  controller_.reset();
  auto& session = connection->session();
  switch (session.parting()) {
    case Parting::exited:
    case Parting::killed:
      return leave(session.exit_status());
    case Parting::detached:
      if (options_.attach) leave(0);
      return;
    case Parting::refused:
    case Parting::none:
      session.abandon();
      lost_client(session.running());
  }
}

// The table of who keeps what is in the README, under "When the client goes away".
void Server::lost_client(bool was_running) {
  if (!traced_) return;
  if (options_.attach && engine_.has_persistent_breakpoints(process_)) return run_unattended();
  if (options_.attach) {
    static_cast<void>(engine_.detach(process_));
    traced_ = false;
    return leave(0);
  }
  if (options_.once) {
    static_cast<void>(engine_.kill(process_));
    return leave(shell_status(signals::kill));
  }
  if (was_running) run_unattended();
}

}  // namespace stub
