#include <limits>

#include "protocol/commands/parsers.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

// lldb's `;thread:ID;`, or the end of the packet.
std::optional<std::optional<ThreadSelector>> thread_suffix(Cursor& in) {
  if (in.done()) return std::optional<ThreadSelector>{};
  in.skip(';');
  if (!in.skip("thread:")) return std::nullopt;
  auto thread = parse_thread_selector(in);
  if (!thread) return std::nullopt;
  in.skip(';');
  if (!in.done()) return std::nullopt;
  return thread;
}

std::optional<RegisterNumber> register_number(Cursor& in) {
  const auto value = in.hex();
  if (!value || *value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return RegisterNumber{static_cast<std::uint32_t>(*value)};
}

// The digits up to the suffix, which is left in the cursor with its `;`.
std::optional<Bytes> value_bytes(Cursor& in) {
  const auto digits = in.until(';');
  return bytes_from_hex(digits);
}

}  // namespace

Result<Command> read_registers(Cursor in) {
  const auto thread = thread_suffix(in);
  if (!thread) return malformed("g or g;thread:id;");
  return Command{RegisterCommand{ReadRegisters{*thread}}};
}

Result<Command> write_registers(Cursor in) {
  auto bytes = value_bytes(in);
  const auto thread = thread_suffix(in);
  if (!bytes || !thread) return malformed("G hex or G hex;thread:id;");
  return Command{RegisterCommand{WriteRegisters{std::move(*bytes), *thread}}};
}

Result<Command> read_register(Cursor in) {
  const auto number = register_number(in);
  const auto thread = thread_suffix(in);
  if (!number || !thread) return malformed("p register or p register;thread:id;");
  return Command{RegisterCommand{ReadRegister{*number, *thread}}};
}

Result<Command> write_register(Cursor in) {
  const auto number = register_number(in);
  if (!number || !in.skip('=')) return malformed("P register=value");
  auto value = value_bytes(in);
  const auto thread = thread_suffix(in);
  if (!value || !thread) return malformed("P register=value or P register=value;thread:id;");
  return Command{RegisterCommand{WriteRegister{*number, std::move(*value), *thread}}};
}

Result<Command> register_info(Cursor in) {
  const auto number = register_number(in);
  if (!number || !in.done()) return malformed("qRegisterInfo and a number");
  return Command{RegisterCommand{QueryRegisterInfo{*number}}};
}

Result<Command> save_registers(Cursor in) {
  const auto thread = thread_suffix(in);
  if (!thread) return malformed("QSaveRegisterState or QSaveRegisterState;thread:id;");
  return Command{RegisterCommand{SaveRegisters{*thread}}};
}

Result<Command> restore_registers(Cursor in) {
  if (!in.skip(':')) return malformed("QRestoreRegisterState:id");
  const auto id = in.decimal();
  const auto thread = thread_suffix(in);
  if (!id || !thread) return malformed("QRestoreRegisterState:id");
  return Command{RegisterCommand{RestoreRegisters{*id, *thread}}};
}

}  // namespace stub::parsers
