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

// A burst waits for one client and its processes at a time: not where threads stop one by one, and not with others
// about, or processes that nobody debugs but we look after. A platform connection is seen to at every tick.
bool Server::may_burst(const ConnectionPointer& connection) const {
  const auto& session = connection->session();
  return !bursting_ && !watch_ && session.identified() && !session.stops_singly() && !session.awaits() &&
         session.parting() == Parting::none && session.role() == Role::debugging && !connection->closed() &&
         debuggers().size() == 1;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it may be taken out of every list meanwhile
void Server::burst(ConnectionPointer connection) {
  auto& session = connection->session();
  bursting_ = true;
  trace_->tell(Trace::Part::event_loop, "burst with ", connection->peer());
  connection->read_directly();
  {
    const auto armed = ticker_.arm(tick);
    bool active = true;
    while (!exit_status_ && !connection->closed() && session.parting() == Parting::none && !session.stops_singly() &&
           !session.awaits()) {
      if (ticker_.take_tick()) {
        io_.poll();
        if (debuggers().size() > 1) break;
        bury_strangers();
        // On a slow machine the next tick is due before anything was waited for.
        const bool owes_wait = children_signalled_ && session.running();
        if (!std::exchange(active, false) && !owes_wait) break;
        if (session.running()) static_cast<void>(connection->receive(socket_io::Waiting::no));
      }
      if (connection->congested()) break;
      active |= advance(*connection);
    }
  }
  bursting_ = false;
  trace_->tell(Trace::Part::event_loop, "end of burst");
  connection->flush();
  connection->read_when_ready();
  if (std::exchange(children_signalled_, false)) asio::post(io_, [this] { on_children(); });
  if (connection->closed()) return gone(connection);
  if (session.parting() != Parting::none) {
    part(connection);
    return await_departure(connection);
  }
  look_for_awaited();
  if (may_burst(connection)) return;
  serve(connection);  // what has been received meanwhile, and will not be told of again
  on_children();
}

// One thing: a packet, an event, or a wait for the one that is due. False: the wait was cut short.
bool Server::advance(Connection& connection) {
  auto& session = connection.session();
  bool done = session.step();
  if (session.works_and_listens()) static_cast<void>(connection.receive(socket_io::Waiting::no));
  if (!done && session.running()) {
    session.pump();
    if (session.running()) {
      children_signalled_ = false;
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

// `stub run` has nobody to wait for but its processes; not while it has something to do about one of them.
bool Server::may_burst() const { return !bursting_ && watch_ && !watch_->busy() && clients().empty() && !exit_status_; }

// A stop costs the wait and the resume. It ends with a tick in which nothing has happened.
void Server::burst() {
  trace_->tell(Trace::Part::event_loop, "burst with the command");
  {
    const auto armed = ticker_.arm(tick);
    for (bool active = true; may_burst();) {
      const bool happened = engine_.wait_for_any(std::chrono::milliseconds(0));
      active |= happened;
      if (happened) look_after_rest();
      const bool ticked = ticker_.take_tick();
      if (!ticked && !happened) break;  // there is no process
      if (!ticked) continue;
      bursting_ = true;
      io_.poll();
      bursting_ = false;
      if (!std::exchange(active, false)) break;
    }
  }
  trace_->tell(Trace::Part::event_loop, "end of burst");
  asio::post(io_, [this] { on_children(); });
}

// Told within a burst, a status may still be unreaped: it is owed a wait, by the burst or after it.
void Server::on_children() {
  children_signalled_ = bursting_;
  if (bursting_ && !watch_) return;
  trace_->tell(Trace::Part::event_loop, "look after the processes");
  const auto present = debuggers();
  if (present.size() == 1 && present.front()->session().running() && may_burst(present.front()))
    return burst(present.front());
  int handled = 0;
  while (handled < most_at_once && engine_.poll_one()) ++handled;
  if (handled == most_at_once) asio::post(io_, [this] { on_children(); });
  look_after_rest();
  if (handled != 0 && may_burst()) burst();
}

// Whoever is to know what has happened.
void Server::look_after_rest() {
  pump_all();
  attend();
  bury_strangers();
  leave_if_over();
}

void Server::pump_all() {
  for (const auto& connection : clients()) {
    if (connection->session().parting() != Parting::none) continue;
    connection->session().pump();
    connection->flush();
    if (connection->closed()) {
      gone(connection);
    } else if (connection->session().parting() != Parting::none) {
      part(connection);
    }
  }
}

}  // namespace stub
