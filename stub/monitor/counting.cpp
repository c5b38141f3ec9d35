// `monitor count`: runs a thread while its instructions are counted.
#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "stub/inspect/symbols.hpp"
#include "stub/monitor/commands.hpp"

namespace stub::monitor {
namespace {

constexpr Kernel::Milliseconds one_piece{5};

std::string why(Count::State state) {
  switch (state) {
    case Count::State::goes_on:
      return "interrupted";
    case Count::State::arrived:
      return "arrived";
    case Count::State::stopped:
      return "stopped; continue tells why";
    case Count::State::gone:
      return "ended";
  }
  return {};
}

std::string place_of(Target& target, Host& host, ThreadId thread) {
  const auto* architecture = target.architecture(thread.pid);
  if (architecture == nullptr) return {};
  const auto pc = target.read_register(thread, architecture->pc);
  if (!pc) return {};
  const Address address{from_little_endian(*pc)};
  inspect::Symbols symbols(target, host, thread.pid);
  const auto symbol = symbols.find(address);
  return "The thread is now at 0x" + hex(address.value) +
         (symbol ? " <" + symbol->name + "+" + std::to_string(symbol->offset) + ">" : "") + ".\n";
}

// Neither debugger knows that a monitor command makes a thread run: what they have read of it they keep.
std::string advice(Refresh refresh) {
  switch (refresh) {
    case Refresh::gdb:
      return "Type 'maintenance flush register-cache' for gdb to see it.\n";
    case Refresh::lldb:
      return "lldb sees it after its next step.\n";
  }
  return {};
}

Answer summary(Target& target, Host& host, ThreadId thread, Refresh refresh, std::uint64_t instructions) {
  const auto counted = target.end_count(thread);
  if (!counted) return answer_of(std::unexpected(counted.error()));
  const auto count = counted->state == Count::State::gone ? instructions : counted->instructions;
  auto text = std::to_string(count) + (count == 1 ? " instruction (" : " instructions (") + why(counted->state) + ")\n";
  if (const auto place = place_of(target, host, thread); !place.empty()) text += place + advice(refresh);
  return answer_of(std::move(text));
}

}  // namespace

Result<Work> count(const View& view, const Words& words) {
  TRY(process(view));
  if (words.size() > 1) return fail(Errc::malformed, "'count' wants nothing, or ADDRESS.");
  std::optional<Address> until;
  if (!words.empty()) until = Address{TRY(address_argument(words[0]))};
  TRY(view.target.begin_count(view.thread, until));
  return [&target = view.target, &host = view.host, thread = view.thread, refresh = view.refresh,
          so_far = std::uint64_t{0}](Turn turn) mutable -> std::optional<Answer> {
    if (turn == Turn::end) return summary(target, host, thread, refresh, so_far);
    const auto counted = target.count_on(thread, one_piece);
    if (!counted) return answer_of(std::unexpected(counted.error()));
    if (counted->state != Count::State::gone) so_far = counted->instructions;
    if (counted->state == Count::State::goes_on) return std::nullopt;
    return summary(target, host, thread, refresh, so_far);
  };
}

}  // namespace stub::monitor
