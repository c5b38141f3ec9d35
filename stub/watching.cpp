// Server: `stub run`. A command runs as if it were alone; the watch has its processes, as long as no debugger has.
#include <asio/post.hpp>
#include <cerrno>

#include "stub/log.hpp"
#include "stub/server.hpp"

namespace stub {
namespace {

constexpr std::chrono::seconds while_somebody_debugs{1};
constexpr std::chrono::seconds same_signal{1};  // to the group and to us

constexpr KernelSignal hang_up{1}, interrupt{2}, quit{3}, terminate{15};

bool asks_for_end(KernelSignal signal) {
  return signal == hang_up || signal == interrupt || signal == quit || signal == terminate;
}

}  // namespace

// A test suite under us may call us again for each test: there is one tracer a process.
Result<> Server::run_watched() {
  if (options_.policy->follow == crash::Follow::none) return run_unwatched({});
  if (is_traced()) return run_unwatched("somebody traces us already, and so our command");
  forwarded_.emplace();
  kernel_.launch_as_caller();
  adopt_orphans();
  LaunchRequest request;
  request.arguments = options_.program;
  request.disable_randomization = options_.disable_randomization;
  const auto launched = engine_.launch(request, Origin::attached);
  if (launched) {
    watch_command(*launched);
    return {};
  }
  if (launched.error().code == Errc::system && launched.error().number == EPERM)
    return run_unwatched(launched.error().text);
  return std::unexpected(launched.error());
}

Result<> Server::run_unwatched(const std::string& why) const {
  if (!why.empty()) log::say("the command runs unwatched: " + why);
  return std::unexpected(become_program(options_.program, child_signals_.mask_before()));
}

void Server::watch_command(Pid command) {
  command_ = command;
  children_launched_.insert(command);
  engine_.remember_end(command);
  watch_.emplace(engine_, host_, *options_.policy, surroundings_of_watch());
  arrivals_.assign(forwarded_->descriptor());
  watch_arrivals();
  if (options_.policy->on_timeout) arm_timeout(options_.policy->on_timeout->after);
  watch_->begin(command);
}

crash::Watch::Surroundings Server::surroundings_of_watch() {
  return {.say = log::say, .print = log::print, .signal_sets = signal_sets, .calls = *calls_, .place = [this] {
            return place_for_debuggers();
          }};
}

void Server::take_watched(const StopEvent& event) {
  if (event.thread.pid == command_) note_received(event);
  watch_->take(event);
}

void Server::note_received(const StopEvent& event) {
  const auto* signal = std::get_if<stop::Signal>(&event.what);
  if (signal == nullptr || !ForwardedSignals::is_forwarded(signal->signal)) return;
  const auto info = kernel_.signal_info(event.thread.tid);
  const auto sender = info ? sender_of(*info) : std::nullopt;
  if (sender) received_ = Received{signal->signal, *sender, std::chrono::steady_clock::now()};
}

void Server::watch_arrivals() {
  arrivals_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
    if (error) return;
    watch_arrivals();
    on_children();  // what the command has got by itself is to be known first
    while (const auto arrived = forwarded_->take()) forward(*arrived);
  });
}

void Server::forward(const ForwardedSignals::Arrived& arrived) {
  const bool got_it = received_ && received_->signal == arrived.signal && received_->sender == arrived.sender &&
                      std::chrono::steady_clock::now() - received_->when < same_signal;
  if (!arrived.by_terminal && !got_it && !command_end_ && !engine_.remembered_end())
    static_cast<void>(kernel_.send_signal(command_, arrived.signal));
  if (!asks_for_end(arrived.signal)) return;
  watch_->stop_waiting();
  work_for_watch();
}

// A core file takes its time, in which others want to go on.
void Server::work_for_watch() {
  if (works_for_watch_) return;
  if (!watch_->work()) {
    arm_watch_timer();
    return leave_if_over();
  }
  works_for_watch_ = true;
  asio::post(io_, [this] {
    works_for_watch_ = false;
    on_children();
  });
}

void Server::arm_watch_timer() {
  const auto next = watch_->next_tick();
  if (!next) {
    watch_timer_.cancel();
    return;
  }
  watch_timer_.expires_at(*next);
  watch_timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    watch_->tick(std::chrono::steady_clock::now());
    work_for_watch();
  });
}

// Who waits for a person, or is being debugged, does not hang.
void Server::arm_timeout(std::chrono::seconds after) {
  timeout_timer_.expires_after(after);
  timeout_timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    if (watch_->busy()) return arm_timeout(while_somebody_debugs);
    watch_->on_timeout();
    work_for_watch();
  });
}

// Another command on this machine may have the port: its turn comes first.
std::string Server::place_for_debuggers() {
  if (listener_) return shown_place();
  if (const auto opened = listen(); !opened) {
    if (!std::exchange(cannot_listen_, true)) log::say(opened.error().text + "; trying again");
    return {};
  }
  log::announce("Listening on port " + std::to_string(listener_->port()));
  accept_clients();
  return shown_place();
}

Result<> Server::admit_to_waiting(const ConnectionPointer& connection, Session& session, Role role) {
  if (role != Role::debugging) return {};
  const auto event = watch_->hand_over();
  if (!event) return fail(Errc::no_process, "no process waits for a debugger");
  log::announce("Remote debugging from " + connection->peer());
  session.claim(event->thread.pid);
  session.recall({*event});
  return {};
}

void Server::return_watched(Pid pid) {
  if (!watch_->take_back(pid, reasons_left_)) run_unattended(pid);
  work_for_watch();
}

// What the command has left behind goes on without us, as it would have.
void Server::leave_if_command_is_over() {
  const auto end = command_end_ ? command_end_ : engine_.remembered_end();
  if (!end || watch_->busy() || !clients().empty()) return;
  for (const auto pid : engine_.processes()) static_cast<void>(engine_.detach(pid));
  leave(*end);
}

}  // namespace stub
