#include "protocol/commands/parsers.hpp"

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

}  // namespace stub::parsers
