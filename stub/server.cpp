#include "stub/server.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "stub/linux/port_notice.hpp"
#include "stub/linux/process_finder.hpp"
#include "stub/linux/socket_io.hpp"
#include "stub/log.hpp"

namespace stub {
namespace {

constexpr int failed = 125, cannot_run = 126, not_found = 127;  // as env(1) and nohup(1) have it
constexpr int failed_as_gdbserver = 1;

int status_for(const Error& error) {
  if (error.code != Errc::cannot_run) return failed;
  return error.number == ENOENT ? not_found : cannot_run;
}

// What drivers of gdbserver look for where a program cannot be started; a shell has said why already.
void say_as_gdbserver(const Error& error, const std::vector<std::string>& program) {
  if (error.code == Errc::cannot_run && error.number != 0 && !program.empty()) {
    log::announce("gdbserver: Cannot exec " + program.front());
    log::announce("gdbserver: Error: " + std::generic_category().message(error.number));
    log::announce("\nDuring startup program exited with code 127.");
  } else {
    log::announce(error.text);
  }
  log::announce("Exiting");
}

// Whole from the moment that it is there: somebody waits for it.
Result<> write_socket_file(const std::string& path, std::uint16_t port) {
  const auto unfinished = path + ".new";
  std::ofstream file(unfinished, std::ios::trunc);
  file << port;
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(unfinished, path, error);
  if (!file || error) return fail(Errc::system, "cannot write " + path);
  return {};
}

// The host as somebody elsewhere would write it.
std::string shown_host(const ListenAddress& address) {
  switch (address.scope) {
    case ListenAddress::Scope::loopback:
      return "localhost";
    case ListenAddress::Scope::all:
      return "HOST";
    case ListenAddress::Scope::local:
    case ListenAddress::Scope::host:
      return address.host.contains(':') ? "[" + address.host + "]" : address.host;
  }
  return {};
}

}  // namespace

Server::Server(ServeOptions options)
    : options_(std::move(options)),
      trace_(std::make_shared<Trace>(options_.trace)),
      kernel_(ticker_, child_signals_.mask_before(), log::say, trace_),
      engine_(kernel_, log::say, log::print),
      children_(io_, child_signals_.descriptor()),
      signals_(io_) {}

// The descriptors belong to child_signals_ and forwarded_.
Server::~Server() {
  children_.release();
  if (arrivals_.is_open()) arrivals_.release();
}

int Server::run() {
  for (const auto step : {&Server::open, &Server::obtain_process}) {
    if (const auto done = (this->*step)(); !done) return give_up(done.error());
  }
  watch_children();
  if (!watch_) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    watch_signals();
  }
  if (const auto served = serve_clients(); !served) return give_up(served.error());
  watch_idleness();
  while (!exit_status_) io_.run_one();
  print_rest();
  for (const auto& connection : connections_) connection->close();
  connections_.clear();
  return *exit_status_;
}

int Server::give_up(const Error& error) const {
  if (options_.as_gdbserver) {
    say_as_gdbserver(error, options_.program);
    return failed_as_gdbserver;
  }
  log::say(error.text);
  return status_for(error);
}

Result<> Server::serve_clients() {
  if (watch_) return {};
  if (options_.has_line()) {
    serve_line();
    return {};
  }
  if (!listens()) {
    if (const auto called = call(); !called) not_reached(called.error());
    return {};
  }
  TRY(tell_starter());
  if (local_listener_) {
    listen_locally();
    return {};
  }
  announce_port();
  if (!options_.socket_file.empty()) TRY(write_socket_file(options_.socket_file, listener_->port()));
  accept_clients();
  return {};
}

void Server::accept_clients() {
  listener_->accept([this](auto socket, const auto& peer) { accept(std::move(socket), peer); },
                    [](const auto& peer) {
                      log::say("refused " + peer.address().to_string() +
                               ": not a private or directly attached address (see --allow)");
                    });
}

// Before anything is started: a bad address must not cost a program.
Result<> Server::open() {
  if (options_.own_session) enter_own_session();
  // A program that had them too would keep their other ends from ever seeing the end.
  for (const auto& inherited : {options_.port_pipe, options_.descriptor})
    if (inherited) socket_io::set_close_on_exec(*inherited);
  TRY(trace_->start(log::trace, log::trace_to));
  if (options_.policy) return {};
  if (options_.has_line()) return open_line();
  if (options_.descriptor || options_.connects) return {};
  if (options_.address.scope == ListenAddress::Scope::local) {
    local_listener_.emplace(TRY(LocalListener::open(io_, options_.address.host)));
    return {};
  }
  return listen();
}

Result<> Server::listen() {
  auto gate = TRY(Gate::make(options_.allow));
  listener_.emplace(TRY(Listener::open(io_, options_.address, std::move(gate))));
  if (!options_.debugging_port || *options_.debugging_port == listener_->port()) return {};
  auto further = options_.address;
  further.port = *options_.debugging_port;
  return listener_->add(io_, further);
}

Result<> Server::obtain_process() {
  if (options_.policy) return run_watched();
  if (!options_.attach_name.empty() || !options_.attach_inside.empty()) {
    const auto named = options_.attach ? std::to_string(number(*options_.attach)) : options_.attach_name;
    options_.attach = TRY(find_process(named, options_.attach_inside));
  }
  if (options_.attach) return attach(*options_.attach);
  if (!options_.program.empty()) TRY(launch(launch_settings(), nullptr));
  return {};
}

// Of a socket of this machine, its name; of an abstract one, without the NUL before it.
Result<> Server::tell_starter() const {
  const auto& name = options_.address.host;
  const auto place = listener_ ? std::to_string(listener_->port()) : name.substr(name.starts_with('\0') ? 1 : 0);
  if (options_.port_pipe) TRY(tell_port(*options_.port_pipe, place));
  if (!options_.port_file.empty()) TRY(tell_port(options_.port_file, place));
  return {};
}

std::string Server::shown_place() const {
  return shown_host(options_.address) + ":" + std::to_string(watch_ ? published_port() : listener_->port());
}

void Server::announce_port() const {
  log::announce("Listening on port " + std::to_string(listener_->port()));
  if (!options_.hints) return;
  const auto place = shown_place();
  const auto* how = options_.program.empty() && !options_.attaches() ? "target extended-remote " : "target remote ";
  log::say("gdb: " + (how + place) + "    lldb: gdb-remote " + place);
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

// What we launched gets the same signal, once; the next one kills it.
void Server::on_signal(int signal) {
  if (++signals_received_ > 1) {
    for (const auto pid : released_) static_cast<void>(kernel_.send_signal(pid, signals::kill));
    return;
  }
  const auto same = KernelSignal{static_cast<std::uint8_t>(signal)};
  for (const auto pid : released_) static_cast<void>(kernel_.send_signal(pid, same));
  for (const auto& connection : connections_) connection->close();
  connections_.clear();
  if (listener_) listener_->close();
  options_.multi = false;
  for (const auto pid : engine_.processes()) {
    const bool launched = engine_.origin(pid) == Origin::launched;
    if (launched) static_cast<void>(kernel_.send_signal(pid, same));
    static_cast<void>(engine_.detach(pid));
    let_go(pid);
  }
  on_children();
}

void Server::leave(int exit_status) {
  if (!exit_status_) exit_status_ = exit_status;
}

}  // namespace stub
