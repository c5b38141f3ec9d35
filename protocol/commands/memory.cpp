#include <algorithm>

#include "protocol/commands/parsers.hpp"
#include "protocol/framing.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

struct Range {
  Address address;
  std::uint64_t length;
};

std::optional<Range> range(Cursor& in) {
  const auto address = in.address();
  if (!address || !in.skip(',')) return std::nullopt;
  const auto length = in.hex();
  if (!length) return std::nullopt;
  return Range{*address, *length};
}

// A reply can never hold more than a packet; the client sees a short read and asks again.
Result<Command> read_memory(Cursor in, MemoryEncoding encoding, std::uint64_t most) {
  const auto what = range(in);
  if (!what || !in.done()) return malformed("address,length");
  return Command{MemoryCommand{ReadMemory{what->address, std::min(what->length, most), encoding}}};
}

Result<Command> write_memory(Range what, Bytes bytes) {
  if (bytes.size() != what.length) return malformed("as many bytes as the length says");
  return Command{MemoryCommand{WriteMemory{what.address, std::move(bytes)}}};
}

}  // namespace

Result<Command> read_memory_hex(Cursor in) { return read_memory(in, MemoryEncoding::hex, max_packet_size / 2); }

// Binary bytes may all need an escape, and there may be a prefix.
Result<Command> read_memory_binary(Cursor in) {
  return read_memory(in, MemoryEncoding::binary, max_packet_size / 2 - 1);
}

Result<Command> write_memory_hex(Cursor in) {
  const auto what = range(in);
  if (!what || !in.skip(':')) return malformed("M address,length:hex");
  auto bytes = bytes_from_hex(in.take_rest());
  if (!bytes) return malformed("M address,length:hex");
  return write_memory(*what, std::move(*bytes));
}

Result<Command> write_memory_binary(Cursor in) {
  const auto what = range(in);
  if (!what || !in.skip(':')) return malformed("X address,length:bytes");
  const auto bytes = as_bytes(in.take_rest());
  return write_memory(*what, Bytes(bytes.begin(), bytes.end()));
}

Result<Command> allocate_memory(Cursor in) {
  const auto size = in.hex();
  if (!size || *size == 0 || !in.skip(',')) return malformed("_M size,permissions");
  AllocateMemory packet{.size = *size};
  while (!in.done()) {
    if (in.skip('r')) {
      packet.readable = true;
    } else if (in.skip('w')) {
      packet.writable = true;
    } else if (in.skip('x')) {
      packet.executable = true;
    } else {
      return malformed("permissions out of r, w and x");
    }
  }
  return Command{MemoryCommand{packet}};
}

Result<Command> deallocate_memory(Cursor in) {
  const auto address = in.address();
  if (!address || !in.done()) return malformed("_m address");
  return Command{MemoryCommand{DeallocateMemory{*address}}};
}

Result<Command> memory_region(Cursor in) {
  if (in.done()) return Command{MemoryCommand{QueryMemoryRegion{}}};
  if (!in.skip(':')) return malformed("qMemoryRegionInfo:address");
  const auto address = in.address();
  if (!address || !in.done()) return malformed("qMemoryRegionInfo:address");
  return Command{MemoryCommand{QueryMemoryRegion{*address}}};
}

Result<Command> search_memory(Cursor in) {
  if (!in.skip(":memory:")) return Command{UnknownCommand{}};
  const auto address = in.address();
  if (!address || !in.skip(';')) return malformed("qSearch:memory:address;length;pattern");
  const auto length = in.hex();
  if (!length || !in.skip(';') || in.done()) return malformed("qSearch:memory:address;length;pattern");
  const auto pattern = as_bytes(in.take_rest());
  return Command{MemoryCommand{SearchMemory{*address, *length, Bytes(pattern.begin(), pattern.end())}}};
}

Result<Command> checksum_memory(Cursor in) {
  if (!in.skip(':')) return malformed("qCRC:address,length");
  const auto what = range(in);
  if (!what || !in.done()) return malformed("qCRC:address,length");
  return Command{MemoryCommand{ChecksumMemory{what->address, what->length}}};
}

}  // namespace stub::parsers
