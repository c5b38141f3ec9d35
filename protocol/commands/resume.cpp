#include "protocol/commands/parsers.hpp"

namespace stub::parsers {
namespace {

std::optional<WireSignal> signal(Cursor& in) {
  const auto value = in.hex();
  if (!value || *value > 0xff) return std::nullopt;
  return WireSignal{static_cast<std::uint8_t>(*value)};
}

// start,end
std::optional<AddressRange> range(Cursor& in) {
  const auto begin = in.address();
  if (!begin || !in.skip(',')) return std::nullopt;
  const auto end = in.address();
  if (!end) return std::nullopt;
  return AddressRange{*begin, *end};
}

// One `action[:thread-id]` of a vCont.
std::optional<ResumeAction> action(Cursor in) {
  ResumeAction result;
  const bool with_signal = in.peek() == 'C' || in.peek() == 'S';
  if (in.skip('c') || in.skip('C')) {
    result.kind = ResumeAction::Kind::run;
  } else if (in.skip('s') || in.skip('S')) {
    result.kind = ResumeAction::Kind::step;
  } else if (in.skip('t')) {
    result.kind = ResumeAction::Kind::stop;
  } else if (in.skip('r')) {
    result.kind = ResumeAction::Kind::step;
    result.range = range(in);
    if (!result.range) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (with_signal) {
    const auto number = signal(in);
    if (!number) return std::nullopt;
    result.signal = *number;
  }
  if (in.done()) return result;
  if (!in.skip(':')) return std::nullopt;
  result.threads = parse_thread_selector(in);
  if (!result.threads || !in.done()) return std::nullopt;
  return result;
}

// c[addr] and s[addr]; Csig[;addr] and Ssig[;addr].
Result<Command> selected(Cursor in, ResumeAction::Kind kind, bool with_signal) {
  ResumeSelected packet{.kind = kind, .signal = {}, .from = {}};
  if (with_signal) {
    const auto number = signal(in);
    if (!number || (!in.done() && !in.skip(';'))) return malformed("C or S, a signal and perhaps ;address");
    packet.signal = *number;
  }
  if (in.done()) return Command{ResumeCommand{packet}};
  packet.from = in.address();
  if (!packet.from || !in.done()) return malformed("an address to go on from");
  return Command{ResumeCommand{packet}};
}

}  // namespace

Result<Command> resume_all(Cursor in) {
  if (!in.skip(';')) return malformed("vCont;action");
  Resume packet;
  while (!in.done()) {
    const auto parsed = action(Cursor(in.until(';')));
    if (!parsed) return malformed("c, C, s, S, t or r, perhaps with a thread");
    packet.actions.push_back(*parsed);
  }
  if (packet.actions.empty()) return malformed("vCont;action");
  return Command{ResumeCommand{std::move(packet)}};
}

Result<Command> resume_run(Cursor in) { return selected(in, ResumeAction::Kind::run, false); }
Result<Command> resume_run_signal(Cursor in) { return selected(in, ResumeAction::Kind::run, true); }
Result<Command> resume_step(Cursor in) { return selected(in, ResumeAction::Kind::step, false); }
Result<Command> resume_step_signal(Cursor in) { return selected(in, ResumeAction::Kind::step, true); }

}  // namespace stub::parsers
