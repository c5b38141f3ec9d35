// RegisterLayout: the registers of an architecture as clients see them. A register's number is its row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/types.hpp"

namespace stub {

struct Register {
  std::string name;
  std::uint32_t bits = 0;
  std::size_t feature = 0;  // a row of RegisterLayout::features
  std::string type;         // gdb's, in a target description ("Predefined Target Types", or one of the feature's own)
  std::string group;        // gdb's register group; empty: by type
  std::size_t offset = 0;   // bytes, in the reply to g
  // lldb's (lldb/docs/resources/lldbgdbremote.md, qRegisterInfo).
  std::string encoding;      // uint, ieee754, vector
  std::string format;        // hex, vector-uint8, …
  std::string set;           // the heading of `register read`
  std::string alt_name;      // empty: none
  std::string generic;       // pc, sp, fp, flags, arg1…; empty: none
  std::optional<int> dwarf;  // psABI's number, the same in .eh_frame; none: no number
};

struct Feature {
  std::string name;   // "org.gnu.gdb.i386.core"
  std::string types;  // XML of the types that its registers use
};

// A register that is a part of another (eax of rax) or is made of several (ymm0 of xmm0 and ymm0h). lldb is told of
// them: by itself it derives them only where it knows the width of an address already. gdb always does.
struct DerivedRegister {
  Register row;                         // its offset is that of its first byte's source
  std::vector<RegisterNumber> sources;  // one behind the other they hold its bytes,
  std::size_t begin = 0;                // from here on
};

struct RegisterLayout {
  std::string gdb_architecture;   // "i386:x86-64"
  std::string lldb_architecture;  // "x86_64"
  std::vector<Feature> features;
  std::vector<Register> registers;
  std::vector<DerivedRegister> derived;  // numbered behind the registers
  std::size_t size = 0;                  // bytes, of the reply to g
  std::uint32_t undescribed = 0;         // how many of the registers gdb assumes when it reads no description

  [[nodiscard]] const Register* find(RegisterNumber n) const {
    return number(n) < registers.size() ? &registers[number(n)] : nullptr;
  }
  [[nodiscard]] const DerivedRegister* find_derived(RegisterNumber n) const {
    const std::size_t first = registers.size();
    return number(n) >= first && number(n) - first < derived.size() ? &derived[number(n) - first] : nullptr;
  }
};

}  // namespace stub
