// Numbers and texts in a debuggee's memory.
#pragma once

#include <cstdint>
#include <string>

#include "stub/target/target.hpp"

namespace stub::inspect {

// A little-endian number of `size` bytes, at most 8.
Result<std::uint64_t> read_number(Target& target, Pid pid, Address address, std::size_t size);
// Up to its NUL; nothing that is longer than a path may be.
Result<std::string> read_text(Target& target, Pid pid, Address address);

// The auxiliary vector's value of this type (stub/arch/auxiliary_vector.hpp); nothing if it has none.
Result<std::optional<std::uint64_t>> auxv_value(Target& target, Pid pid, std::uint64_t type);

// Reads a process's structures by the place of their fields, in the process's own words of 4 or 8 bytes.
class MemoryReader {
 public:
  // An error if there is no such process.
  [[nodiscard]] static Result<MemoryReader> of(Target& target, Pid pid);

  [[nodiscard]] std::size_t word_size() const { return word_size_; }

  [[nodiscard]] Result<std::uint64_t> number(Address address, std::size_t size) const {
    return read_number(*target_, pid_, address, size);
  }
  [[nodiscard]] Result<std::uint64_t> word(Address address) const { return number(address, word_size_); }
  [[nodiscard]] Result<Address> pointer(Address address) const { return Address{TRY(word(address))}; }
  [[nodiscard]] Result<std::string> text(Address address) const { return read_text(*target_, pid_, address); }
  // What is readable of them; an error if that is nothing.
  [[nodiscard]] Result<Bytes> bytes(Address address, std::size_t length) const {
    return target_->read_memory(pid_, address, length);
  }
  [[nodiscard]] Result<std::optional<std::uint64_t>> auxv(std::uint64_t type) const {
    return auxv_value(*target_, pid_, type);
  }

 private:
  MemoryReader(Target& target, Pid pid, std::size_t word_size) : target_(&target), pid_(pid), word_size_(word_size) {}

  Target* target_;
  Pid pid_;
  std::size_t word_size_;
};

}  // namespace stub::inspect
