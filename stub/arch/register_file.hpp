// RegisterFile: the registers of one stopped thread, fetched a set at a time and written back only where changed.
// It holds bytes; whoever owns it fetches and stores them.
#pragma once

#include <cstdint>

#include "protocol/error.hpp"
#include "stub/arch/architecture.hpp"

namespace stub::arch {

class RegisterFile {
 public:
  explicit RegisterFile(const Architecture& architecture);

  [[nodiscard]] std::size_t set_count() const { return sets_.size(); }
  [[nodiscard]] bool loaded(std::size_t set) const { return sets_[set].loaded; }
  [[nodiscard]] bool dirty(std::size_t set) const { return sets_[set].dirty; }
  [[nodiscard]] ByteView bytes(std::size_t set) const { return sets_[set].bytes; }
  void load(std::size_t set, Bytes bytes);
  void stored(std::size_t set) { sets_[set].dirty = false; }
  void mark_all_dirty();
  void forget();  // the thread runs: nothing is known any more

  // The set of this register must be loaded.
  [[nodiscard]] Bytes read(RegisterNumber reg) const;
  [[nodiscard]] std::uint64_t read_integer(RegisterNumber reg) const;
  // A value of another size than the register's is an error and changes nothing.
  Result<> write(RegisterNumber reg, ByteView value);
  void write_integer(RegisterNumber reg, std::uint64_t value);

 private:
  struct Set {
    Bytes bytes;
    bool loaded = false;
    bool dirty = false;
  };
  void mark_in_use(Set& set, unsigned component);

  const Architecture* architecture_;
  std::vector<Set> sets_;
};

}  // namespace stub::arch
