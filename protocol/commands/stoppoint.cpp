#include "protocol/commands/parsers.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

enum class Parsed : std::uint8_t { good, malformed, other_type };

Parsed stoppoint(Cursor& in, Stoppoint& out) {
  const auto type = in.hex();
  if (!type || !in.skip(',')) return Parsed::malformed;
  const auto address = in.address();
  if (!address || !in.skip(',')) return Parsed::malformed;
  const auto kind = in.hex();
  if (!kind) return Parsed::malformed;
  if (*type > std::to_underlying(StoppointType::access_watchpoint)) return Parsed::other_type;
  out = {static_cast<StoppointType>(*type), *address, *kind};
  return Parsed::good;
}

// X length,code, at least once; gdb puts several one behind the other.
bool expressions(Cursor& in, std::vector<Bytes>& out) {
  if (in.peek() != 'X') return false;
  while (in.skip('X')) {
    const auto length = in.hex();
    if (!length || !in.skip(',') || *length > in.rest().size() / 2) return false;
    const auto digits = static_cast<std::size_t>(2 * *length);
    auto code = bytes_from_hex(in.rest().substr(0, digits));
    if (!code) return false;
    out.push_back(std::move(*code));
    in = Cursor(in.rest().substr(digits));
  }
  return true;
}

// GDB manual, "Packets", Z0 and Z1: [;X length,code…][;cmds:persist,X length,code…]
bool hit_actions(Cursor& in, HitActions& out) {
  while (in.skip(';')) {
    if (!in.skip("cmds:")) {
      if (!expressions(in, out.conditions)) return false;
      continue;
    }
    const auto persist = in.hex();
    if (!persist || !in.skip(',') || !expressions(in, out.commands)) return false;
    if (*persist != 0) out.persistence = Persistence::beyond_client;
  }
  return in.done();
}

}  // namespace

Result<Command> insert_stoppoint(Cursor in) {
  InsertStoppoint packet;
  const auto parsed = stoppoint(in, packet.stoppoint);
  if (parsed == Parsed::other_type) return Command{UnknownCommand{}};
  const auto type = packet.stoppoint.type;
  const bool breakpoint = type == StoppointType::software_breakpoint || type == StoppointType::hardware_breakpoint;
  if (parsed == Parsed::malformed || !(breakpoint ? hit_actions(in, packet.actions) : in.done()))
    return malformed("type,address,kind, and of a breakpoint its conditions and commands");
  return Command{StoppointCommand{std::move(packet)}};
}

Result<Command> remove_stoppoint(Cursor in) {
  RemoveStoppoint packet;
  const auto parsed = stoppoint(in, packet.stoppoint);
  if (parsed == Parsed::other_type) return Command{UnknownCommand{}};
  if (parsed == Parsed::malformed || !in.done()) return malformed("type,address,kind");
  return Command{StoppointCommand{packet}};
}

// With the colon only, as lldb sends it.
Result<Command> watchpoint_support(Cursor in) {
  if (!in.skip(':')) return Command{UnknownCommand{}};
  return Command{StoppointCommand{QueryWatchpointSupport{}}};
}

}  // namespace stub::parsers
