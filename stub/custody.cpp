// Server: the processes, and what becomes of them when their clients leave. The table of who keeps what is in the
// README, under "When the client goes away".
#include "protocol/framing.hpp"
#include "stub/log.hpp"
#include "stub/server.hpp"

namespace stub {
namespace {

std::string text_of(Pid pid) { return std::to_string(number(pid)); }

}  // namespace

LaunchSettings Server::launch_settings() const {
  LaunchSettings settings;
  settings.program = options_.program;
  settings.with_shell = options_.startup_with_shell;
  settings.wrapper = options_.wrapper;
  settings.disable_randomization = options_.disable_randomization;
  settings.raw_arguments = options_.raw_arguments;
  settings.own_terminal = options_.own_terminal;
  settings.files = options_.standard_files.files;
  // A debugger that has started us itself tells all variables that its programs shall have, perhaps none.
  if (options_.descriptor && options_.program.empty()) settings.environment.emplace();
  return settings;
}

Result<Pid> Server::launch(const LaunchSettings& settings, const ConnectionPointer& client) {
  if (options_.standard_streams) log::announce("stdin/stdout redirected");
  auto request = launch_request(host_, settings);
  auto console = settings.own_terminal ? give_terminal(request) : nullptr;
  const auto pid = TRY(engine_.launch(request));
  if (console) {
    add_console(std::move(console), client);
  } else if (settings.own_terminal && options_.standard_files.kind != StandardFiles::Kind::inherited) {
    log::say("--stdio: this machine has no terminals: the program has the standard files of stub");
  }
  children_launched_.insert(pid);
  log::announce("Process " + settings.program.front() + " created; pid = " + text_of(pid));
  return pid;
}

Result<> Server::attach(Pid pid) {
  const auto attached = engine_.attach(pid);
  const auto failure = "Cannot attach to process " + text_of(pid) + ": ";
  if (!attached && attached.error().code == Errc::no_thread)
    return fail(Errc::no_process, failure + "there is no such process; see ps");
  if (!attached)
    return std::unexpected(Error{attached.error().code, failure + attached.error().text, attached.error().number});
  log::announce("Attached; pid = " + text_of(pid));
  return {};
}

std::set<Pid> Server::unclaimed(std::set<Pid> processes) const {
  for (const auto& connection : connections_)
    for (const auto pid : connection->session().processes()) processes.erase(pid);
  return processes;
}

// It has been detached from, and runs on by itself. If it is our child, its end is ours; a child's child is not.
void Server::let_go(Pid pid) {
  if (children_launched_.contains(pid)) released_.insert(pid);
  if (watch_) watch_->forget(pid);
  bury_strangers();
}

Result<> Server::end_released(Pid pid) {
  if (!released_.contains(pid)) return fail(Errc::no_process, "not a process that was started here and left alone");
  return kernel_.send_signal(pid, signals::kill);
}

Result<Surroundings::ShellOutcomes> Server::run_shell(const ShellRequest& request) {
  auto shell = TRY(ShellCommand::start(request, child_signals_.mask_before(), max_packet_size));
  shells_[shell->pid()] = shell;
  return Surroundings::ShellOutcomes([shell = std::move(shell)] { return shell->look(); });
}

// Its client is gone.
void Server::return_process(Pid pid, bool was_running) {
  if (!engine_.origin(pid)) return;
  if (watch_) return return_watched(pid);
  if (options_.on_disconnect.action != DisconnectPolicy::Action::usual) return return_as_told(pid, was_running);
  if (engine_.origin(pid) == Origin::attached)
    return engine_.has_persistent_breakpoints(pid) ? run_unattended(pid) : static_cast<void>(engine_.detach(pid));
  if (!options_.once) return was_running ? run_unattended(pid) : void();
  static_cast<void>(engine_.kill(pid));
  note_end(shell_status(signals::kill));
}

// --on-disconnect. It stays as it is until it is too late for another client.
void Server::return_as_told(Pid pid, bool was_running) {
  if (was_running) run_unattended(pid);
  if (options_.on_disconnect.action == DisconnectPolicy::Action::hold) return;
  if (options_.on_disconnect.after.count() == 0) return dispose(pid);
  await_another(pid);
}

void Server::await_another(Pid pid) {
  awaiting_client_.insert(pid);
  nobody_came_.expires_after(options_.on_disconnect.after);
  nobody_came_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    for (const auto left : unclaimed(std::exchange(awaiting_client_, {})))
      if (engine_.origin(left)) dispose(left);
    leave_if_over();
  });
}

void Server::dispose(Pid pid) {
  const auto name = "process " + text_of(pid);
  switch (options_.on_disconnect.action) {
    case DisconnectPolicy::Action::usual:
    case DisconnectPolicy::Action::hold:
      return;
    case DisconnectPolicy::Action::resume:
      log::say(name + " runs on (--on-disconnect)");
      return run_unattended(pid);
    case DisconnectPolicy::Action::detach:
      log::say(name + " is let go (--on-disconnect)");
      static_cast<void>(engine_.detach(pid));
      return let_go(pid);
    case DisconnectPolicy::Action::kill:
      log::say(name + " is killed (--on-disconnect)");
      static_cast<void>(engine_.kill(pid));
      return note_end(shell_status(signals::kill));
  }
}

// Nobody will come any more: what runs, runs on by itself.
void Server::let_go_of_all() {
  for (const auto pid : engine_.processes()) static_cast<void>(engine_.detach(pid));
}

// --max-idle.
void Server::watch_idleness() {
  if (!options_.max_idle) return;
  const auto now = std::chrono::steady_clock::now();
  if (!clients().empty()) nobody_since_ = now;
  if (now - nobody_since_ >= *options_.max_idle) {
    log::say("no client for as long as --max-idle: all processes are let go");
    let_go_of_all();
    return leave(0);
  }
  idle_.expires_at(nobody_since_ + *options_.max_idle);
  idle_.async_wait([this](const asio::error_code& error) {
    if (!error) watch_idleness();
  });
}

// As if we were not there.
void Server::pass(const StopEvent& event) {
  if (event.ends_process()) return note_end(exit_status(event.what));
  const auto* signal = std::get_if<stop::Signal>(&event.what);
  static_cast<void>(engine_.resume(event.thread, {.signal = signal == nullptr ? signals::none : signal->signal}));
  if (const auto* fork = std::get_if<stop::Fork>(&event.what)) run_unattended(fork->child.pid);
}

// Some of its threads may have been left stopped by the client that went, or have events that it did not take.
void Server::run_unattended(Pid pid) {
  engine_.hold(pid);
  const std::set<Pid> only{pid};
  std::set<ThreadId> resumed;
  while (const auto event = engine_.next_event(HeldBack::take, &only)) {
    resumed.insert(event->thread);
    watch_ ? take_watched(*event) : pass(*event);
  }
  for (const auto thread : engine_.threads(pid))
    if (!resumed.contains(thread)) static_cast<void>(engine_.resume(thread, {}));
}

// Processes that nobody debugs.
void Server::attend() {
  const auto nobodys = unclaimed(engine_.processes_with_events());
  while (const auto event = engine_.next_event(HeldBack::leave, &nobodys)) watch_ ? take_watched(*event) : pass(*event);
  if (watch_) work_for_watch();
}

void Server::note_end(int exit_status) { last_exit_status_ = exit_status; }

void Server::bury_strangers() {
  for (const auto& status : engine_.take_strangers()) {
    const Pid pid{number(status.tid)};
    if (pid == command_) command_end_ = exit_status(status.reason);
    if (released_.erase(pid) != 0) note_end(exit_status(status.reason));
    if (const auto shell = shells_.extract(pid)) {
      if (const auto waited_for = shell.mapped().lock()) waited_for->ended(status.reason);
    }
  }
}

// `monitor exit`: what we launched dies with us, the rest is let go.
void Server::end_all(const Session& session) {
  if (session.exit_status()) note_end(*session.exit_status());
  for (const auto pid : engine_.processes())
    if (engine_.origin(pid) == Origin::attached) static_cast<void>(engine_.detach(pid));
  leave(last_exit_status_);
}

// Nothing is left, and nobody who could bring something. On standard streams whoever started us waits for us, and soon
// sends signals: not for a program that runs on by itself.
void Server::leave_if_over() {
  if (watch_) return leave_if_command_is_over();
  if (options_.multi || !engine_.processes().empty() || !clients().empty()) return;
  if (!released_.empty() && !options_.standard_streams) return;
  leave(last_exit_status_);
}

}  // namespace stub
