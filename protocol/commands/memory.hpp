// Commands about memory. Lengths are in bytes and, unless it says otherwise, already known to fit what the packet holds
// or a reply may hold.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "protocol/types.hpp"

namespace stub {

// clang-format off: a line for each
enum class MemoryEncoding : std::uint8_t { hex, binary };

struct ReadMemory {                                    // m addr,length · x addr,length
  Address address;
  std::uint64_t length = 0;
  MemoryEncoding encoding{};
};
struct WriteMemory {                                   // M addr,length:hex · X addr,length:binary
  Address address;
  Bytes bytes;
};
struct AllocateMemory {                                // _Msize,rwx
  std::uint64_t size = 0;
  bool readable = false, writable = false, executable = false;
};
struct DeallocateMemory { Address address; };          // _m addr
struct QueryMemoryRegion { std::optional<Address> address; };  // qMemoryRegionInfo[:addr]; without: is it supported?
struct SearchMemory {                                  // qSearch:memory:addr;length;pattern
  Address address;
  std::uint64_t length = 0;                            // any: it is as much as there is to look through
  Bytes pattern;                                       // not empty
};
struct ChecksumMemory {                                // qCRC:addr,length
  Address address;
  std::uint64_t length = 0;                            // any, likewise
};
// clang-format on

using MemoryCommand = std::variant<ReadMemory, WriteMemory, AllocateMemory, DeallocateMemory, QueryMemoryRegion,
                                   SearchMemory, ChecksumMemory>;

}  // namespace stub
