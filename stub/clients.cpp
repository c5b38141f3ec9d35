// Server: connections that come and go, and who has the process.
#include <algorithm>
#include <asio/post.hpp>
#include <cerrno>
#include <chrono>

#include "stub/log.hpp"
#include "stub/server.hpp"
#include "stub/transport/caller.hpp"

namespace stub {
namespace {

constexpr std::size_t most_connections = 16;
constexpr std::chrono::seconds first_packet_bound{60};
constexpr std::chrono::seconds departure_bound{10};
constexpr std::chrono::milliseconds between_looks{10};
constexpr std::chrono::milliseconds between_calls{500};
constexpr std::chrono::seconds call_bound{5};

// Whoever runs the server learns what the client may not show: why the system refuses.
template <class T>
Result<T> told(Result<T> result) {
  if (!result && result.error().number == EPERM) log::say(result.error().text);
  return result;
}

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
  auto wire = Wire::of_socket(Fd(socket.release()));
  if (wire) welcome(std::move(*wire), shown(peer));
}

// Somebody who comes without our listening: an open socket, or a client that we call, which may take a while.
Result<> Server::call() {
  if (options_.descriptor) {
    const auto name = "descriptor " + std::to_string(*options_.descriptor);
    auto wire = Wire::of_socket(Fd(*options_.descriptor));
    if (!wire) return fail(wire.error().code, name + ": " + wire.error().text);
    welcome(std::move(*wire), name);
    return {};
  }
  if (options_.address.scope == ListenAddress::Scope::local) return call_local();
  Caller::call(io_, options_.address, call_bound, [this](Result<Caller::Socket> reached) {
    if (exit_status_) return;
    if (const auto done = answered(std::move(reached)); !done) not_reached(done.error());
  });
  return {};
}

Result<> Server::answered(Result<asio::ip::tcp::socket> reached) {
  auto socket = TRY(std::move(reached));
  calling_until_.reset();
  asio::error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  welcome(TRY(Wire::of_socket(Fd(socket.release()))), shown(peer));
  return {};
}

void Server::not_reached(const Error& failure) {
  options_.patience.count() == 0 ? leave(give_up(failure)) : call_again(failure);
}

// --connect: nobody may listen yet, or any more. Processes that are to outlive their client are let go at last.
void Server::call_again(const Error& failure) {
  const auto now = std::chrono::steady_clock::now();
  if (!calling_until_) {
    calling_until_ = now + options_.patience;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.patience).count();
    log::say(failure.text + ": tried again for " + std::to_string(seconds) + " s");
  }
  if (now >= *calling_until_) {
    for (const auto pid : engine_.processes())
      if (engine_.origin(pid) == Origin::attached) static_cast<void>(engine_.detach(pid));
    return leave(give_up(failure));
  }
  next_call_.expires_after(between_calls);
  next_call_.async_wait([this](const asio::error_code& error) {
    if (error || exit_status_) return;
    if (const auto called = call(); !called) not_reached(called.error());
  });
}

Result<> Server::call_local() {
  auto socket = TRY(LocalListener::call(io_, options_.address.host));
  welcome(TRY(Wire::of_socket(std::move(socket))), "a socket of this machine");
  return {};
}

void Server::listen_locally() {
  local_listener_->accept([this](Fd socket) {
    auto wire = Wire::of_socket(std::move(socket));
    if (wire && connections_.size() < most_connections) welcome(std::move(*wire), "a socket of this machine");
  });
}

Result<> Server::open_line() {
  line_ = TRY(options_.standard_streams ? Wire::standard_streams() : Wire::serial_line(options_.serial_line));
  return {};
}

void Server::serve_line() {
  const auto name = options_.standard_streams ? "stdio" : options_.serial_line;
  log::announce("Remote debugging using " + name);
  welcome(std::move(line_), name);
}

// A serial line has no end of its own: the next client comes by the same one.
void Server::line_is_free() {
  if (const auto opened = open_line(); !opened) return leave(give_up(opened.error()));
  serve_line();
}

void Server::welcome(Wire wire, std::string peer) {
  auto slot = std::make_shared<std::weak_ptr<Connection>>();  // the session's hook must find its connection
  Surroundings surroundings{
      .launch = [this, slot](const auto& settings) { return told(launch(settings, slot->lock())); },
      .attach = [this](Pid pid) { return told(attach(pid)); },
      .let_go = [this](Pid pid) { let_go(pid); },
      .before_resume =
          [this, slot](Pid pid) {
            const bool ours = engine_.origin(pid) == Origin::launched && consoles_.empty();
            if (ours) terminal_.lend_to(pid);
            listen_for(slot->lock());
          },
      .printed = [this, slot] { return printed_for(slot->lock()); },
      .type = [this, slot](std::string_view text) { return type_for(slot->lock(), text); },
      .expect_debugger = [this, slot](const std::string& folder) { return expect_debugger(slot->lock(), folder); },
      .port_of_waiting = [this] { return port_of_waiting(); },
      .end_released = [this](Pid pid) { return end_released(pid); },
      .run_shell = options_.allow_shell ? [this](const ShellRequest& request) { return run_shell(request); }
                                        : decltype(Surroundings::run_shell)(),
      .calls = calls_,
      .withheld = options_.withheld,
      .trace = trace_};
  auto connection = std::make_shared<Connection>(
      io_, std::move(wire), std::move(peer), engine_, host_,
      [this, slot](Session& session, Role role) { return admit(slot->lock(), session, role); }, std::move(surroundings),
      launch_settings());
  *slot = connection;
  connections_.push_back(connection);
  connection->watch([this, weak = std::weak_ptr(connection)] {
    if (const auto ready = weak.lock()) on_ready(ready);
  });
  if (options_.has_line()) return;
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

std::set<Pid> Server::all_processes() const {
  const auto all = engine_.processes();
  return {all.begin(), all.end()};
}

std::vector<Server::ConnectionPointer> Server::clients() const {
  std::vector<ConnectionPointer> out;
  for (const auto& connection : connections_)
    if (connection->session().identified()) out.push_back(connection);
  return out;
}

std::vector<Server::ConnectionPointer> Server::debuggers() const {
  auto out = clients();
  std::erase_if(out, [](const auto& connection) { return connection->session().role() == Role::platform; });
  return out;
}

// Only somebody who has sent a packet that makes sense is a client. One that debugs gets all that nobody has.
Result<> Server::admit(const ConnectionPointer& connection, Session& session, Role role) {
  if (watch_) return admit_to_waiting(connection, session, role);
  const auto free = unclaimed(all_processes());
  auto others = debuggers();
  std::erase(others, connection);
  if (free.empty() && !options_.multi && !others.empty())
    return fail(Errc::unsupported, "busy, used by " + others.front()->peer());
  if (free.empty() && !options_.multi) return fail(Errc::no_process, "there is no process to debug any more");
  if (role != Role::debugging) return {};
  if (!options_.has_line()) log::announce("Remote debugging from " + connection->peer());
  if (const auto folder = take_expected()) {
    session.start_in(*folder);
    return {};
  }
  for (const auto pid : free) session.claim(pid);
  session.recall(std::exchange(reasons_left_, {}));
  take_over_consoles(connection);
  return {};
}

// It comes to us, not to a server of its own; what waits here is not what it comes for.
Result<std::uint16_t> Server::expect_debugger(const ConnectionPointer& by, const std::string& working_directory) {
  if (!options_.multi || !listener_)
    return fail(Errc::unsupported, "this server debugs one program only: start it with --multi and a port");
  expected_.push_back({by, working_directory});
  return published_port();
}

// The working directory that the next debugger shall have, if one is expected. Its client may have gone.
std::optional<std::string> Server::take_expected() {
  std::erase_if(expected_, [](const Expected& expected) { return expected.by.expired(); });
  if (expected_.empty()) return std::nullopt;
  auto folder = std::move(expected_.front().working_directory);
  expected_.pop_front();
  return folder;
}

std::optional<std::uint16_t> Server::port_of_waiting() const {
  if (!listener_ || unclaimed(all_processes()).empty()) return std::nullopt;
  return published_port();
}

bool Server::serves_platform() const {
  return std::ranges::any_of(connections_,
                             [](const auto& connection) { return connection->session().role() == Role::platform; });
}

// A container's port may have another number outside.
std::uint16_t Server::published_port() const {
  return options_.published_port.value_or(options_.debugging_port.value_or(listener_->port()));
}

// Not in a burst: it has no process yet, or is not the only one who waits for something.
void Server::serve(const ConnectionPointer& connection) {
  connection->receive(socket_io::Waiting::no);
  while (!connection->congested() && !connection->closed() && connection->session().parting() == Parting::none &&
         connection->session().step()) {
    if (connection->session().works_and_listens()) static_cast<void>(connection->receive(socket_io::Waiting::no));
    connection->flush();
    if (connection->session().works()) return work_on(connection);
  }
  connection->session().pump();
  connection->flush();
  if (connection->closed()) return gone(connection);
  if (connection->session().parting() == Parting::refused) {
    log::say("refused " + connection->peer() + ": the process is in use, or gone");
    connection->finish_sending();
    close_after(connection, departure_bound, [](Connection&) { return false; });
  }
}

// In turns with all others: nobody knows how long it takes.
void Server::work_on(const ConnectionPointer& connection) {
  if (connection->closed()) return gone(connection);
  if (!connection->begin_turn()) return;
  asio::post(io_, [this, weak = std::weak_ptr(connection)] {
    const auto working = weak.lock();
    if (!working) return;
    working->end_turn();
    if (!working->closed()) on_ready(working);
  });
}

// The system tells nobody that a process begins.
void Server::look_for_awaited() {
  const auto awaits = [](const auto& connection) { return connection->session().awaits(); };
  if (looks_ || std::ranges::none_of(connections_, awaits)) return;
  looks_ = true;
  next_look_.expires_after(between_looks);
  next_look_.async_wait([this](const asio::error_code&) {
    looks_ = false;
    for (const auto& connection : clients()) {
      connection->session().look();
      connection->flush();
      if (connection->closed()) gone(connection);
    }
    look_for_awaited();
  });
}

void Server::on_ready(const ConnectionPointer& connection) {
  trace_->tell(Trace::Part::event_loop, connection->peer(), " is ready");
  listen_for(connection);
  if (connection->session().parting() != Parting::none) return await_departure(connection);
  if (!may_burst(connection)) serve(connection);
  look_for_awaited();
  if (may_burst(connection)) return burst(connection);
  if (connection->session().parting() != Parting::none && connection->session().identified()) part(connection);
}

// What a client sends when all has been said is not read for its sense, only for its end.
void Server::await_departure(const ConnectionPointer& connection) {
  connection->receive(socket_io::Waiting::no);
  connection->flush();
  if (connection->closed()) gone(connection);
}

// Its client has nothing more to do here, but may still read our last words.
void Server::part(const ConnectionPointer& connection) {
  if (connection->session().parting() == Parting::server_ends) return end_all(connection->session());
  if (!options_.serial_line.empty()) return gone(connection);  // it has no end that we could wait for
  close_after(connection, departure_bound, [](Connection&) { return false; });
  const bool waits_for_nobody = !options_.multi && engine_.processes().empty();
  if (waits_for_nobody && !released_.empty() && listener_) listener_->close();
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is taken out of every list
void Server::gone(ConnectionPointer connection) {
  connection->close();
  if (connections_.remove(connection) == 0) return;
  auto& session = connection->session();
  if (!session.identified() && listens()) return;
  const bool nobody_else_comes = !comes_again() && session.role() != Role::debugging;
  const auto processes = nobody_else_comes ? unclaimed(all_processes()) : session.processes();
  const bool running = session.running() || (session.stops_singly() && session.any_runs());
  if (!session.processes().empty() && !running) reasons_left_ = session.reasons();
  nobody_since_ = std::chrono::steady_clock::now();
  leave_consoles(connection);
  session.abandon();
  session.drop_claims();
  for (const auto pid : processes) return_process(pid, running);
  if (options_.once && !serves_platform()) options_.multi = false;
  if (session.exit_status()) note_end(*session.exit_status());
  leave_if_over();
  if (!exit_status_ && !listens() && comes_again() && connections_.empty()) {
    calling_until_ = nobody_since_ + options_.patience;
    log::say("the client is gone: it is called again");
    return call_again({Errc::system, "the client has gone", 0});
  }
  if (exit_status_ || options_.serial_line.empty()) return;
  return session.identified() ? line_is_free() : leave(give_up({Errc::system, "the serial line was hung up", 0}));
}

}  // namespace stub
