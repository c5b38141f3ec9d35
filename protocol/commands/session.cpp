#include "protocol/commands/parsers.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

// `:sig;sig…`: LLDB's tests leave blanks between them and at the end.
std::optional<std::vector<WireSignal>> signal_list(Cursor& in) {
  if (!in.skip(':')) return std::nullopt;
  std::vector<WireSignal> signals;
  while (!in.done()) {
    if (in.skip(' ') || in.skip(';')) continue;
    const auto signal = in.hex();
    if (!signal || *signal > 0xff) return std::nullopt;
    signals.push_back(WireSignal{static_cast<std::uint8_t>(*signal)});
  }
  return signals;
}

}  // namespace

// qSupported[:;]word;word…: LLDB's tests put `;` where everybody else puts `:`.
Result<Command> supported(Cursor in) {
  if (!in.done() && !in.skip(':') && !in.skip(';')) return malformed("qSupported:word;word");
  ClientFeatures features;
  while (!in.done())
    if (const auto word = in.until(';'); !word.empty()) features.words.emplace_back(word);
  return Command{SessionCommand{NegotiateFeatures{std::move(features)}}};
}

Result<Command> echo(Cursor in) { return Command{SessionCommand{Echo{"qEcho" + std::string(in.take_rest())}}}; }

// Whatever gdb offers, our answer is the same.
Result<Command> offer_symbols(Cursor in) {
  if (!in.skip(':')) return malformed("qSymbol:value:name");
  return Command{SessionCommand{OfferSymbols{}}};
}

Result<Command> monitor(Cursor in) {
  if (!in.skip(',')) return malformed("qRcmd,hex");
  auto line = text_from_hex(in.take_rest());
  if (!line) return malformed("qRcmd,hex");
  return Command{SessionCommand{Monitor{std::move(*line)}}};
}

Result<Command> pass_signals(Cursor in) {
  auto signals = signal_list(in);
  if (!signals) return malformed("QPassSignals:signal;signal");
  return Command{SessionCommand{PassSignals{std::move(*signals)}}};
}

Result<Command> program_signals(Cursor in) {
  auto signals = signal_list(in);
  if (!signals) return malformed("QProgramSignals:signal;signal");
  return Command{SessionCommand{ProgramSignals{std::move(*signals)}}};
}

// QCatchSyscalls:0 · QCatchSyscalls:1 · QCatchSyscalls:1;number;number…
Result<Command> catch_system_calls(Cursor in) {
  if (in.rest() == ":0") return Command{SessionCommand{CatchSystemCalls{}}};
  if (!in.skip(":1")) return malformed("QCatchSyscalls:0 or QCatchSyscalls:1;number");
  std::set<std::uint64_t> numbers;
  while (!in.done()) {
    const bool separated = in.skip(';');
    const auto number = in.hex();
    if (!separated || !number) return malformed("QCatchSyscalls:1;number");
    numbers.insert(*number);
  }
  return Command{SessionCommand{CatchSystemCalls{std::move(numbers)}}};
}

Result<Command> non_stop(Cursor in) {
  if (in.rest() != ":0" && in.rest() != ":1") return malformed("QNonStop:0 or QNonStop:1");
  return Command{SessionCommand{SetNonStop{in.rest() == ":1"}}};
}

}  // namespace stub::parsers
