#include "protocol/commands/parsers.hpp"

namespace stub::parsers {
namespace {

enum class Parsed : std::uint8_t { good, malformed, other_type };

Parsed stoppoint(Cursor& in, Stoppoint& out) {
  const auto type = in.hex();
  if (!type || !in.skip(',')) return Parsed::malformed;
  const auto address = in.address();
  if (!address || !in.skip(',')) return Parsed::malformed;
  const auto kind = in.hex();
  if (!kind || !in.done()) return Parsed::malformed;
  if (*type > std::to_underlying(StoppointType::access_watchpoint)) return Parsed::other_type;
  out = {static_cast<StoppointType>(*type), *address, *kind};
  return Parsed::good;
}

template <class Packet>
Result<Command> parse(Cursor in) {
  Stoppoint what;
  switch (stoppoint(in, what)) {
    case Parsed::malformed:
      return malformed("type,address,kind");
    case Parsed::other_type:
      return Command{UnknownCommand{}};
    case Parsed::good:
      break;
  }
  return Command{StoppointCommand{Packet{what}}};
}

}  // namespace

Result<Command> insert_stoppoint(Cursor in) { return parse<InsertStoppoint>(in); }
Result<Command> remove_stoppoint(Cursor in) { return parse<RemoveStoppoint>(in); }

// With the colon only, as lldb sends it.
Result<Command> watchpoint_support(Cursor in) {
  if (!in.skip(':')) return Command{UnknownCommand{}};
  return Command{StoppointCommand{QueryWatchpointSupport{}}};
}

}  // namespace stub::parsers
