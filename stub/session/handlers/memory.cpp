#include "protocol/hex.hpp"
#include "stub/inspect/memory_scan.hpp"
#include "stub/session/handlers/handlers.hpp"

namespace stub::handlers {
namespace {

// Binary replies: gdb wants a b first; lldb probes with a length of 0 and takes OK for "bare bytes".
std::string binary_reply(const Dialect& dialect, const Bytes& bytes) {
  if (dialect.prefixed_binary) return "b" + std::string(as_text(bytes));
  return bytes.empty() ? "OK" : std::string(as_text(bytes));
}

std::string permissions(const MemoryRegion& region) {
  return std::string(region.readable ? "r" : "") + (region.writable ? "w" : "") + (region.executable ? "x" : "");
}

std::string region_text(Address start, Address end) {
  return "start:" + hex(start.value) + ";size:" + hex(end - start) + ";";
}

// The region that holds the address, or the hole up to the next one.
std::string describe_region(const std::vector<MemoryRegion>& regions, Address address) {
  Address hole_start{0};
  for (const auto& region : regions) {
    if (address < region.start) return region_text(hole_start, region.start);
    hole_start = region.end;
    if (address >= region.end) continue;
    auto out = region_text(region.start, region.end) + "permissions:" + permissions(region) + ";";
    if (!region.name.empty()) out += "name:" + hex_bytes(region.name) + ";";
    return out;
  }
  return region_text(hole_start, Address{~std::uint64_t{0}});
}

}  // namespace

Reply handle(Context& context, const ReadMemory& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  context.expedition.ask(packet.address, packet.length);
  const auto bytes = context.target.read_memory(*pid, packet.address, packet.length);
  if (!bytes) return Reply::error(bytes.error());
  if (packet.encoding == MemoryEncoding::binary) return Reply::text(binary_reply(context.dialect, *bytes));
  return bytes->empty() ? Reply::ok() : Reply::text(hex_bytes(*bytes));
}

Reply handle(Context& context, const WriteMemory& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  return Reply::of(context.target.write_memory(*pid, packet.address, packet.bytes));
}

Reply handle(Context& context, const AllocateMemory& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  const auto address = context.target.allocate_memory(general_thread(context), packet.size,
                                                      {packet.readable, packet.writable, packet.executable});
  if (!address) return Reply::error(address.error());
  return Reply::text(hex(address->value, 16));
}

Reply handle(Context& context, const DeallocateMemory& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  return Reply::of(context.target.deallocate_memory(general_thread(context), packet.address));
}

Reply handle(Context& context, const QueryMemoryRegion& packet) {
  if (!packet.address) return Reply::ok();
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  const auto regions = context.target.memory_map(*pid);
  if (!regions) return Reply::error(regions.error());
  return Reply::text(describe_region(*regions, *packet.address));
}

Reply handle(Context& context, const SearchMemory& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  context.job = [search = inspect::MemorySearch(context.target, *pid, packet.address, packet.length,
                                                packet.pattern)]() mutable -> std::optional<Reply> {
    const auto end = search.step();
    if (!end) return std::nullopt;
    if (!*end) return Reply::error(end->error());
    const auto found = **end;
    return Reply::text(found ? "1," + hex(found->value) : "0");
  };
  return Reply::none();
}

Reply handle(Context& context, const ChecksumMemory& packet) {
  const auto pid = process_of(context);
  if (!pid) return Reply::error(pid.error());
  context.job = [checksum = inspect::MemoryChecksum(context.target, *pid, packet.address,
                                                    packet.length)]() mutable -> std::optional<Reply> {
    const auto end = checksum.step();
    if (!end) return std::nullopt;
    return *end ? Reply::text("C" + hex(**end)) : Reply::error(end->error());
  };
  return Reply::none();
}

}  // namespace stub::handlers
