// Displaced steps: an instruction whose place holds a breakpoint is executed elsewhere, out of a copy that does there
// what the instruction does in its place (as gdb's "displaced stepping" and the kernel's uprobes do).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/types.hpp"
#include "stub/arch/architecture.hpp"

namespace stub::arch {

constexpr std::size_t longest_instruction = 15;  // Intel SDM vol. 2, 2.3.11
// The most bytes that a copy has.
constexpr std::size_t displaced_size = 32;

struct DisplacedStep {
  // What a thread that stands `offset` bytes into the copy has done: it is as if it stood at `pc`, and its stack
  // pointer must be moved by `stack` bytes.
  struct Point {
    std::size_t offset = 0;
    Address pc;
    std::uint64_t stack = 0;
  };
  // A register that must hold `value` while the copy is executed, and then what it held before.
  struct Borrowed {
    RegisterNumber reg{};
    std::uint64_t value = 0;
  };

  Address from, to;
  Bytes code;
  std::vector<Point> points;
  std::optional<Borrowed> borrowed;
  std::optional<Address> pushed;  // the return address that it should have pushed: it has pushed one in the copy

  // Where a thread is that stands at `pc`; null: not in the copy.
  [[nodiscard]] const Point* point_at(std::uint64_t pc) const;
  // The copy leads back by itself, and leaves nothing to be mended.
  [[nodiscard]] bool can_run() const { return !borrowed && !pushed; }
};

// A copy at `to` of the first instruction of `code`, which belongs at `from`. Nothing for what cannot be copied: system
// calls, far branches, what does not decode.
[[nodiscard]] std::optional<DisplacedStep> displace(const Architecture& architecture, ByteView code, Address from,
                                                    Address to);

}  // namespace stub::arch
