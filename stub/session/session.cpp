#include "stub/session/session.hpp"

#include <algorithm>

#include "protocol/command.hpp"
#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/stop_reporting.hpp"

namespace stub {
namespace {

Reply dispatch(Context& context, const Command& command) {
  return std::visit(Overloaded{
                        [](const UnknownCommand&) { return Reply::empty(); },
                        [&](const auto& family) {
                          return std::visit([&](const auto& packet) { return handlers::handle(context, packet); },
                                            family);
                        },
                    },
                    command);
}

// lldb-server's and gdbserver's are small too: clients have buffers.
std::vector<std::string> console_pieces(std::string_view text) {
  constexpr std::size_t most = 4096;
  std::vector<std::string> out;
  out.reserve(text.size() / most + 1);
  for (; !text.empty(); text.remove_prefix(std::min(most, text.size())))
    out.push_back("O" + hex_bytes(text.substr(0, most)));
  return out;
}

}  // namespace

Session::~Session() {
  for (const int file : context_.files) static_cast<void>(context_.host.close(file));
}

// What an earlier client wanted to be delivered at a detach holds until now: it may have left without one.
void Session::claim(Pid pid) {
  context_.target.deliver_at_detach(pid, {});
  stub::claim(context_, pid);
  context_.all_stop.take_over(pid);
}

// A signal is still to be delivered. Of its breakpoints and steps the earlier client has taken all away, and of those
// that it does not know a gdb makes nothing, and goes on.
void Session::recall(const std::vector<StopEvent>& reasons) {
  for (auto event = reasons.rbegin(); event != reasons.rend(); ++event) {
    if (!context_.claims.has(event->thread.pid) || !context_.target.stopped(event->thread)) continue;
    if (std::holds_alternative<stop::Signal>(event->what)) context_.claims.set_reason(*event);
    context_.claims.set_current(event->thread);
  }
}

bool Session::step() {
  if (context_.job && decoder_.take_interrupt()) {
    stop_working();
    return true;
  }
  const auto frame = context_.job && !context_.end_job ? std::nullopt : decoder_.next();
  if (frame && context_.job && std::holds_alternative<Packet>(*frame)) give_up_work();
  if (context_.job) {
    work();
    return true;
  }
  if (!frame) return false;
  std::visit([this](const auto& what) { handle(what); }, *frame);
  return true;
}

void Session::work() {
  constexpr unsigned many = 256, few = 64;  // 64 MiB of memory; a third of a second of a monitor command
  const auto pieces_between_signs = context_.end_job ? few : many;
  if (const auto done = context_.job()) {
    context_.job = nullptr;
    context_.end_job = nullptr;
    return reply(*done);
  }
  if (++pieces_done_ % pieces_between_signs == 0) give_sign();
}

// A gdb that hears nothing for some seconds (remotetimeout) gives up, and takes a late reply for the next packet's. A
// notification that it does not know tells it that we are alive; and us, should it be gone. A monitor command it waits
// for as long as need be, and listens to its user's Ctrl-C only while nothing comes (remote_target::rcmd). lldb takes
// any notification for the reply, but waits again after such a command's text, even none
// (GDBRemoteClientBase::ReadPacketWithOutputSupport).
void Session::give_sign() {
  const bool is_gdb = context_.dialect.client == Client::gdb;
  if (!context_.end_job && is_gdb) notify("Working:");
  if (context_.end_job && !is_gdb) send("O");
}

void Session::stop_working() {
  trace("<- ", "(interrupt)");
  context_.job = nullptr;
  const auto end = std::exchange(context_.end_job, nullptr);
  reply(end ? end() : Reply::error({Errc::system, "interrupted", EINTR}));
}

// A gdb whose user types Ctrl-C while it waits for a monitor command's answer sends nothing, and waits no longer
// (gdb/remote.c, remote_target::rcmd): what comes next would take the answer for its own.
void Session::give_up_work() {
  context_.job = nullptr;
  const auto answer = std::exchange(context_.end_job, nullptr)();
  if (const auto* console = std::get_if<ConsoleReply>(&answer.what())) context_.unsaid = console->output;
}

void Session::look() {
  if (!context_.awaited) return;
  auto awaited = std::exchange(context_.awaited, nullptr);
  if (const auto come = awaited()) return reply(*come);
  context_.awaited = std::move(awaited);
}

void Session::handle(const Packet& packet) {
  if (context_.acks) {
    output_ += packet.checksum_holds ? '+' : '-';
    if (!packet.checksum_holds) return;
  }
  trace("<- ", packet.text);
  const auto command =
      context_.surroundings.withheld.hides(packet.text) ? Command{UnknownCommand{}} : parse_command(packet.text);
  if (!command) return reply(Reply::error(command.error()));
  if (!std::holds_alternative<UnknownCommand>(*command)) {
    const auto admitted = admit(role_after(context_.role, *command));
    if (!admitted) return reply(Reply::error(admitted.error()));
  }
  reply(dispatch(context_, *command));
}

Result<> Session::admit(Role role) {
  const bool begins_debugging = role == Role::debugging && context_.role != role;
  context_.role = role;
  if (identified_ && !begins_debugging) return {};
  const auto admitted = admit_(*this, role);
  if (!admitted) {
    context_.parting = Parting::refused;
    context_.dialect.errors = ErrorStyle::gdb_text;  // the one that a person may get to see
    return admitted;
  }
  identified_ = true;
  return {};
}

void Session::handle(const Nack&) {
  if (context_.acks) output_ += last_frame_;
}

void Session::handle(const Corrupt& corrupt) {
  if (context_.acks) output_ += '+';
  reply(Reply::error({Errc::malformed, corrupt.why, 0}));
}

// A gdb that steps again and again for one command does not know when its interrupt comes between two steps.
void Session::handle(const Interrupt&) {
  trace("<- ", "(interrupt)");
  if (context_.awaited) {
    context_.awaited = nullptr;
    return reply(Reply::error({Errc::no_process, "interrupted", 0}));
  }
  if (running()) return report(interrupt(context_));
  context_.interrupt_due = context_.dialect.keeps_interrupts && !context_.claims.empty();
}

void Session::reply(const Reply& reply) {
  std::visit(Overloaded{
                 [](const NoReply&) {},
                 [this](const std::string& text) { send(text); },
                 [this](const std::vector<std::string>& texts) {
                   for (const auto& text : texts) send(text);
                 },
                 [this](const Error& error) { send(error_text(error, context_.dialect.errors)); },
                 [this](const ConsoleReply& console) {
                   send_console(console.output);
                   this->reply(Reply::of(console.result));
                 },
             },
             reply.what());
}

void Session::send_console(std::string_view text) {
  for (const auto& piece : console_pieces(text)) send(piece);
}

void Session::trace(std::string_view direction, std::string_view payload) const {
  const auto& trace = *context_.surroundings.trace;
  if (trace.tells(Trace::Part::remote)) trace.tell(Trace::Part::remote, std::string(direction) + printable(payload));
}

void Session::notify(std::string_view payload) {
  trace("-> %", payload);
  output_ += encode_notification(payload);
}

void Session::send(std::string_view payload) {
  trace("-> ", payload);
  last_frame_ = encode_packet(payload, context_.dialect.run_lengths);
  output_ += last_frame_;
}

void Session::pump() { context_.stops_singly ? pump_singly() : pump_together(); }

void Session::pump_together() {
  const auto reasons = context_.dialect.all_reasons_at_once ? AllStop::Reasons::all : AllStop::Reasons::one;
  while (const auto event = context_.all_stop.pump(reasons)) {
    if (wants(context_, *event)) return report(*event);
    std::vector<ThreadResume> all;
    for (const auto thread : context_.claims.threads()) all.push_back({thread, {}});
    if (!context_.all_stop.resume(all)) return;
  }
  if (!context_.dialect.tells_starvation || !context_.all_stop.starved()) return;
  context_.all_stop.stop();
  send("N");
}

void Session::pump_singly() {
  if (!context_.non_stop.pump()) return;
  const auto notice = *context_.non_stop.next();
  tell_printed();
  notify("Stop:" + tell(context_, notice));
}

void Session::report(const StopEvent& event) { report(tell(context_, event)); }

// What was printed before the stop is told before it: behind it nobody expects text.
void Session::report(const std::string& stop_reply) {
  tell_printed();
  send(stop_reply);
}

// Where threads stop one by one, lldb-server tells of text as GDB's manual has it of stops: one notification, and the
// rest as it is fetched by vStdio.
void Session::tell_printed() {
  auto text = context_.surroundings.printed ? context_.surroundings.printed() : std::string();
  text += context_.call_lines->take();
  if (!stops_singly()) return send_console(text);
  auto& unheard = context_.unheard;
  const bool outstanding = !unheard.empty();
  for (auto& piece : console_pieces(text)) unheard.push_back(std::move(piece));
  if (!outstanding && !unheard.empty()) notify("Stdio:" + unheard.front());
}

void Session::tell_calls() {
  if (!context_.call_lines->empty() && hears()) tell_printed();
}

bool Session::hears() const {
  constexpr std::size_t most = 64;  // a program that prints waits for a client that does not fetch
  return running() || (stops_singly() && context_.unheard.size() < most);
}

bool Session::any_runs() const {
  return std::ranges::any_of(context_.claims.threads(), [this](ThreadId t) { return !context_.target.stopped(t); });
}

void Session::abandon() {
  if (context_.end_job) give_up_work();
  for (const auto& [pid, stoppoint] : context_.stoppoints) static_cast<void>(context_.target.remove(pid, stoppoint));
  context_.stoppoints.clear();
  for (const auto pid : processes()) {
    context_.target.pass_signals(pid, {});
    context_.target.set_interests(pid, {});
    context_.surroundings.calls->stop(pid);
    for (const auto thread : context_.target.threads(pid)) context_.target.set_interests(thread, {});
  }
}

}  // namespace stub
