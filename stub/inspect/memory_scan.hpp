// Work over a stretch of memory of any length: it is done a piece at a time, and ends at the first address that cannot
// be read. Breakpoints are not seen.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/crc32.hpp"
#include "stub/target/target.hpp"

namespace stub::inspect {

// The bytes of the stretch, a piece a call.
class MemoryPieces {
 public:
  MemoryPieces(Target& target, Pid pid, Address begin, std::uint64_t length)
      : target_(&target), pid_(pid), next_(begin), left_(length) {}

  [[nodiscard]] bool done() const { return left_ == 0; }
  [[nodiscard]] Address next() const { return next_; }
  // Not empty.
  Result<Bytes> take();

 private:
  Target* target_;
  Pid pid_;
  Address next_;
  std::uint64_t left_;
};

class MemorySearch {
 public:
  // The pattern is not empty.
  MemorySearch(Target& target, Pid pid, Address begin, std::uint64_t length, Bytes pattern);

  using Found = std::optional<Address>;  // where the pattern begins first
  // Looks through the next piece; nothing as long as there are more.
  std::optional<Result<Found>> step();

 private:
  MemoryPieces pieces_;
  Bytes pattern_;
  Bytes seen_;  // the last piece, and before it what a match across both may begin with
};

class MemoryChecksum {
 public:
  MemoryChecksum(Target& target, Pid pid, Address begin, std::uint64_t length) : pieces_(target, pid, begin, length) {}

  // The CRC-32 of all; nothing as long as there are more pieces.
  std::optional<Result<std::uint32_t>> step();

 private:
  MemoryPieces pieces_;
  std::uint32_t crc_ = initial_crc32;
};

}  // namespace stub::inspect
