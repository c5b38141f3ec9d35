#include "protocol/commands/parsers.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

// `;pid` or `:pid`, and nothing behind it.
std::optional<Pid> separated_pid(Cursor& in, char separator) {
  if (!in.skip(separator)) return std::nullopt;
  const auto id = in.id();
  if (!id || !in.done()) return std::nullopt;
  return Pid{*id};
}

}  // namespace

Result<Command> kill_process(Cursor in) {
  const auto pid = separated_pid(in, ';');
  if (!pid) return malformed("vKill;pid");
  return Command{ProcessCommand{KillProcess{*pid}}};
}

Result<Command> detach(Cursor in) {
  if (in.done()) return Command{ProcessCommand{Detach{}}};
  const auto pid = separated_pid(in, ';');
  if (!pid) return malformed("D;pid");
  return Command{ProcessCommand{Detach{*pid}}};
}

Result<Command> attached(Cursor in) {
  if (in.done()) return Command{ProcessCommand{QueryAttached{}}};
  const auto pid = separated_pid(in, ':');
  if (!pid) return malformed("qAttached:pid");
  return Command{ProcessCommand{QueryAttached{*pid}}};
}

// lldb/docs/resources/lldbgdbremote.md: fields with a colon behind their names; those that we do not know are none of
// ours.
Result<Command> save_core(Cursor in) {
  SaveCore packet;
  if (!in.done() && !in.skip(';')) return malformed("qSaveCore;path-hint:PATH in hex");
  while (!in.done()) {
    Cursor field(in.until(';'));
    if (!field.skip("path-hint:")) continue;
    auto path = text_from_hex(field.take_rest());
    if (!path) return malformed("qSaveCore;path-hint:PATH in hex");
    packet.path_hint = std::move(*path);
  }
  return Command{ProcessCommand{std::move(packet)}};
}

}  // namespace stub::parsers
