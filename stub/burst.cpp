// Server: the way of a stop to its client. While a debugger works, this thread alternates between waiting for the
// child and waiting for the client, both blocking and without Asio; a tick cuts either short so that Asio's reactor
// sees to the rest. A step costs five system calls and a siginfo, not an event loop's dozen.
#include <asio/post.hpp>
#include <chrono>

#include "stub/log.hpp"
#include "stub/server.hpp"

namespace stub {
namespace {

constexpr std::chrono::milliseconds tick{5};
constexpr int most_at_once = 100;  // a program that prints at every turn must not keep the others waiting

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): it may be taken out of every list meanwhile
void Server::burst(ConnectionPointer connection) {
  auto& session = connection->session();
  bursting_ = true;
  connection->read_directly();
  {
    const auto armed = ticker_.arm(tick);
    bool active = true;
    while (!exit_status_ && !connection->closed() && session.parting() == Parting::none) {
      if (ticker_.take_tick()) {
        io_.poll();
        active |= std::exchange(children_signalled_, false);
        if (!std::exchange(active, false)) break;
        if (session.running()) static_cast<void>(connection->receive(socket_io::Waiting::no));
        continue;
      }
      if (connection->congested()) break;
      active |= advance(*connection);
    }
  }
  bursting_ = false;
  connection->flush();
  connection->read_when_ready();
  if (connection->closed()) return gone(connection);
  if (session.parting() == Parting::none) return;
  part(connection);
  await_departure(connection);
}

// One thing: a packet, an event, or a wait for the one that is due. False: the wait was cut short.
bool Server::advance(Connection& connection) {
  auto& session = connection.session();
  bool done = session.step();
  if (!done && session.running()) {
    session.pump();
    if (session.running()) {
      done = engine_.wait(std::chrono::milliseconds(0));
      session.pump();
    } else {
      done = true;
    }
  } else if (!done) {
    done = connection.receive(socket_io::Waiting::until_tick);
  }
  connection.flush();
  return done;
}

// Told within a burst, a status may still be unreaped: the burst must not end on it.
void Server::on_children() {
  children_signalled_ = bursting_;
  if (bursting_) return;
  if (traced_ && controller_ && controller_->session().running()) return burst(controller_);
  if (traced_) {
    int handled = 0;
    while (handled < most_at_once && engine_.poll_one()) ++handled;
    if (handled == most_at_once) asio::post(io_, [this] { on_children(); });
    return attend();
  }
  while (const auto status = kernel_.poll_any()) {
    if (status->tid != leader(process_)) {
      engine_.handle(*status);
      continue;
    }
    if (const auto* exited = std::get_if<wait_status::Exited>(&status->reason)) leave(exited->code);
    if (const auto* killed = std::get_if<wait_status::Killed>(&status->reason)) leave(shell_status(killed->signal));
  }
}

// What the process does while nobody debugs it passes as if we were not there.
void Server::attend() {
  if (controller_) return;
  while (const auto event = engine_.next_event(HeldBack::leave)) {
    if (event->ends_process()) return leave(event->exit_status());
    const auto* signal = std::get_if<stop::Signal>(&event->what);
    static_cast<void>(engine_.resume(event->thread, {.signal = signal == nullptr ? signals::none : signal->signal}));
  }
}

// Some of its threads may have been left stopped by the client that went, or have events that it did not take.
void Server::run_unattended() {
  engine_.hold(process_);
  std::set<ThreadId> resumed;
  while (const auto event = engine_.next_event(HeldBack::take)) {
    if (event->ends_process()) return leave(event->exit_status());
    const auto* signal = std::get_if<stop::Signal>(&event->what);
    resumed.insert(event->thread);
    static_cast<void>(engine_.resume(event->thread, {.signal = signal == nullptr ? signals::none : signal->signal}));
  }
  for (const auto thread : engine_.threads(process_))
    if (!resumed.contains(thread)) static_cast<void>(engine_.resume(thread, {}));
}

}  // namespace stub
