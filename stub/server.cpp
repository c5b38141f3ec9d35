#include "stub/server.hpp"

#include <cerrno>

#include "stub/log.hpp"

namespace stub {
namespace {

constexpr int failed = 125, cannot_run = 126, not_found = 127;  // as env(1) and nohup(1) have it

int status_for(const Error& error) {
  if (error.code != Errc::cannot_run) return failed;
  return error.number == ENOENT ? not_found : cannot_run;
}

// The host as somebody elsewhere would write it.
std::string shown_host(const ListenAddress& address) {
  switch (address.scope) {
    case ListenAddress::Scope::loopback:
      return "localhost";
    case ListenAddress::Scope::all:
      return "HOST";
    case ListenAddress::Scope::host:
      return address.host.contains(':') ? "[" + address.host + "]" : address.host;
  }
  return {};
}

}  // namespace

Server::Server(ServeOptions options)
    : options_(std::move(options)),
      kernel_(ticker_, child_signals_.mask_before(), log::say),
      engine_(kernel_, log::say, log::print),
      children_(io_, child_signals_.descriptor()),
      signals_(io_, SIGINT, SIGTERM) {}

// The descriptor belongs to child_signals_.
Server::~Server() { children_.release(); }

int Server::run() {
  for (const auto step : {&Server::open, &Server::obtain_process}) {
    if (const auto done = (this->*step)(); !done) {
      log::say(done.error().text);
      return status_for(done.error());
    }
  }
  announce();
  watch_children();
  watch_signals();
  listener_->accept([this](auto socket, const auto& peer) { accept(std::move(socket), peer); },
                    [](const auto& peer) {
                      log::say("refused " + peer.address().to_string() +
                               ": not a private or directly attached address (see --allow)");
                    });
  while (!exit_status_) io_.run_one();
  for (const auto& connection : connections_) connection->close();
  connections_.clear();
  controller_.reset();
  return *exit_status_;
}

// Before anything is started: a bad address must not cost a program.
Result<> Server::open() {
  auto gate = TRY(Gate::make(options_.allow));
  listener_.emplace(TRY(Listener::open(io_, options_.address, std::move(gate))));
  return {};
}

Result<> Server::obtain_process() {
  if (options_.attach) {
    const auto attached = engine_.attach(*options_.attach);
    const auto pid = std::to_string(number(*options_.attach));
    if (!attached && attached.error().code == Errc::no_thread)
      return fail(Errc::no_process, "Cannot attach to process " + pid + ": there is no such process; see ps");
    if (!attached) return fail(attached.error().code, "Cannot attach to process " + pid + ": " + attached.error().text);
    process_ = *options_.attach;
  } else {
    process_ = TRY(engine_.launch({.arguments = options_.program}));
  }
  traced_ = true;
  return {};
}

void Server::announce() const {
  const auto pid = std::to_string(number(process_));
  log::announce(options_.attach ? "Attached; pid = " + pid
                                : "Process " + options_.program.front() + " created; pid = " + pid);
  const auto port = std::to_string(listener_->port());
  log::announce("Listening on port " + port);
  const auto place = shown_host(options_.address) + ":" + port;
  log::say("gdb: target remote " + place + "    lldb: gdb-remote " + place);
}

void Server::watch_children() {
  children_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
    if (error) return;
    watch_children();
    child_signals_.drain();
    on_children();
  });
}

void Server::watch_signals() {
  signals_.async_wait([this](const asio::error_code& error, int signal) {
    if (error) return;
    watch_signals();
    on_signal(signal);
  });
}

void Server::on_signal(int signal) {
  if (++signals_received_ > 1) {
    static_cast<void>(kernel_.send_signal(process_, signals::kill));
    return;
  }
  if (controller_) controller_->close();
  listener_->close();
  if (options_.attach) {
    if (traced_) static_cast<void>(engine_.detach(process_));
    return leave(0);
  }
  if (!traced_)
    return static_cast<void>(kernel_.send_signal(process_, KernelSignal{static_cast<std::uint8_t>(signal)}));
  let_go(KernelSignal{static_cast<std::uint8_t>(signal)});
}

// The program runs on by itself; its end is ours.
void Server::let_go(KernelSignal signal) {
  static_cast<void>(kernel_.send_signal(process_, signal));
  static_cast<void>(engine_.detach(process_));
  traced_ = false;
  listener_->close();
  on_children();
}

void Server::leave(int exit_status) {
  if (!exit_status_) exit_status_ = exit_status;
}

}  // namespace stub
