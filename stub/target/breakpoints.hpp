// Breakpoints: the instructions that are patched into one address space, and what was there before. The memory
// itself is the engine's business; here is what it must read as.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "protocol/types.hpp"
#include "stub/agent/hit_program.hpp"
#include "stub/target/target.hpp"

namespace stub {

class Breakpoints {
 public:
  struct Entry {
    Bytes original;
    std::uint64_t hits = 0;
    agent::HitProgram program;
  };

  [[nodiscard]] bool contains(Address address) const { return entries_.contains(address); }
  // Now, or not long ago: a thread may still be about to tell of a hit there.
  [[nodiscard]] bool has_been_at(Address address) const { return contains(address) || former_.contains(address); }
  [[nodiscard]] const Entry* find(Address address) const;
  void add(Address address, Bytes original) { entries_.insert_or_assign(address, Entry{std::move(original)}); }
  void set_program(Address address, agent::HitProgram program);
  void erase(Address address);
  void clear() { entries_.clear(); }
  void count_hit(Address address);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] bool any_beyond_client() const;
  [[nodiscard]] std::vector<Address> addresses() const;
  [[nodiscard]] std::vector<BreakpointInfo> list() const;

  // Puts the original bytes into what was read at `address`.
  void hide(Address address, std::span<std::uint8_t> bytes) const;
  // Takes what a client writes at `address` as the new originals, and leaves in `bytes` what must go to memory.
  void take_write(Address address, std::span<std::uint8_t> bytes, ByteView instruction);

 private:
  std::map<Address, Entry> entries_;
  std::set<Address> former_;
};

}  // namespace stub
