#include "protocol/hex.hpp"
#include "protocol/target_description.hpp"
#include "stub/session/handlers/handlers.hpp"

namespace stub::handlers {
namespace {

// How many registers the client believes there are.
std::uint32_t known_registers(const Context& context, const RegisterLayout& layout) {
  return context.dialect.reads_description ? static_cast<std::uint32_t>(layout.registers.size()) : layout.undescribed;
}

Result<std::string> read_all(Context& context, ThreadId thread) {
  const auto* architecture = TRY(architecture_of(context));
  std::string out;
  for (std::uint32_t n = 0; n < known_registers(context, architecture->layout); ++n)
    append_hex_bytes(out, TRY(context.target.read_register(thread, RegisterNumber{n})));
  return out;
}

Result<> write_all(Context& context, ThreadId thread, ByteView bytes) {
  const auto* architecture = TRY(architecture_of(context));
  const auto& layout = architecture->layout;
  const auto count = known_registers(context, layout);
  const auto size = count == layout.registers.size() ? layout.size : layout.registers[count].offset;
  if (bytes.size() != size) return fail(Errc::malformed, "G wants " + std::to_string(size) + " bytes of registers");
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto& reg = layout.registers[n];
    TRY(context.target.write_register(thread, RegisterNumber{n}, bytes.subspan(reg.offset, reg.bits / 8)));
  }
  return {};
}

}  // namespace

Reply handle(Context& context, const ReadRegisters& packet) {
  const auto thread = resolve_general(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  auto values = read_all(context, *thread);
  return values ? Reply::text(std::move(*values)) : Reply::error(values.error());
}

Reply handle(Context& context, const WriteRegisters& packet) {
  const auto thread = resolve_general(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  return Reply::of(write_all(context, *thread, packet.bytes));
}

Reply handle(Context& context, const ReadRegister& packet) {
  const auto thread = resolve_general(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  const auto value = context.target.read_register(*thread, packet.number);
  if (!value) return Reply::error(value.error());
  context.expedition.ask(*thread, packet.number);
  return Reply::text(hex_bytes(*value));
}

Reply handle(Context& context, const WriteRegister& packet) {
  const auto thread = resolve_general(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  return Reply::of(context.target.write_register(*thread, packet.number, packet.value));
}

Reply handle(Context& context, const QueryRegisterInfo& packet) {
  const auto architecture = architecture_of(context);
  if (!architecture) return Reply::error(architecture.error());
  const auto* reg = (*architecture)->layout.find(packet.number);
  if (reg == nullptr) return Reply::error({Errc::end_of_list, "no more registers", 0});
  return Reply::text(register_info(*reg));
}

Reply handle(Context& context, const SaveRegisters& packet) {
  const auto thread = resolve_general(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  const auto id = context.target.save_registers(*thread);
  return id ? Reply::text(std::to_string(*id)) : Reply::error(id.error());
}

Reply handle(Context& context, const RestoreRegisters& packet) {
  const auto thread = resolve_general(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  return Reply::of(context.target.restore_registers(*thread, packet.id));
}

}  // namespace stub::handlers
