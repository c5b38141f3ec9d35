#include <algorithm>

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

// Only lldb is told of them.
Result<const DerivedRegister*> derived_register(Context& context, RegisterNumber reg) {
  if (context.dialect.target_description == RegisterNames::gdb) return nullptr;
  const auto* architecture = TRY(architecture_of(context));
  return architecture->layout.find_derived(reg);
}

Result<Bytes> read_sources(Context& context, ThreadId thread, const DerivedRegister& reg) {
  Bytes bytes;
  for (const auto source : reg.sources) {
    const auto value = TRY(context.target.read_register(thread, source));
    bytes.insert(bytes.end(), value.begin(), value.end());
  }
  return bytes;
}

Result<Bytes> read_one(Context& context, ThreadId thread, RegisterNumber reg) {
  const auto* derived = TRY(derived_register(context, reg));
  if (derived == nullptr) return context.target.read_register(thread, reg);
  const auto bytes = TRY(read_sources(context, thread, *derived));
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(derived->begin);
  return Bytes(begin, begin + derived->row.bits / 8);
}

Result<> write_derived(Context& context, ThreadId thread, const DerivedRegister& reg, ByteView value) {
  if (value.size() != reg.row.bits / 8) return fail(Errc::malformed, "wrong size for register " + reg.row.name);
  auto bytes = TRY(read_sources(context, thread, reg));
  std::ranges::copy(value, bytes.begin() + static_cast<std::ptrdiff_t>(reg.begin));
  const auto* architecture = TRY(architecture_of(context));
  ByteView rest = bytes;
  for (const auto source : reg.sources) {
    const auto size = architecture->layout.find(source)->bits / 8;
    TRY(context.target.write_register(thread, source, rest.first(size)));
    rest = rest.subspan(size);
  }
  return {};
}

Result<> write_one(Context& context, ThreadId thread, RegisterNumber reg, ByteView value) {
  const auto* derived = TRY(derived_register(context, reg));
  return derived == nullptr ? context.target.write_register(thread, reg, value)
                            : write_derived(context, thread, *derived, value);
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
  const auto value = read_one(context, *thread, packet.number);
  if (!value) return Reply::error(value.error());
  context.expedition.ask(*thread, packet.number);
  return Reply::text(hex_bytes(*value));
}

Reply handle(Context& context, const WriteRegister& packet) {
  const auto thread = resolve_general(context, packet.thread);
  if (!thread) return Reply::error(thread.error());
  return Reply::of(write_one(context, *thread, packet.number, packet.value));
}

Reply handle(Context& context, const QueryRegisterInfo& packet) {
  const auto architecture = architecture_of(context);
  if (!architecture) return Reply::error(architecture.error());
  const auto& layout = (*architecture)->layout;
  if (const auto* reg = layout.find(packet.number)) return Reply::text(register_info(*reg));
  if (const auto* reg = layout.find_derived(packet.number)) return Reply::text(register_info(layout, *reg));
  return Reply::error({Errc::end_of_list, "no more registers", 0});
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
