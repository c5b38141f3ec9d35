// Symbols: names for addresses in a debuggee, out of the ELF files that it has mapped (.symtab, else .dynsym).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "stub/target/host.hpp"
#include "stub/target/target.hpp"

namespace stub::inspect {

struct SymbolPlace {
  std::string name;          // demangled
  std::uint64_t offset = 0;  // bytes behind the symbol
};

class Symbols {
 public:
  Symbols(Target& target, Host& host, Pid pid);
  Symbols(const Symbols&) = delete;
  Symbols& operator=(const Symbols&) = delete;
  ~Symbols();

  [[nodiscard]] std::optional<SymbolPlace> find(Address address);

 private:
  class Module;
  Module* module_of(const MemoryRegion& region);

  Host& host_;
  Pid pid_;
  std::vector<MemoryRegion> regions_;
  std::map<std::string, std::unique_ptr<Module>> modules_;
};

}  // namespace stub::inspect
