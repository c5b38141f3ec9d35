#include "stub/arch/x86_derived.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace stub::arch {
namespace {

constexpr std::array lettered = {"a", "b", "c", "d"};
constexpr std::array indexed = {"si", "di", "bp", "sp"};
constexpr int numbered_first = 8, numbered_end = 16;  // r8 to r15
constexpr int x87_registers = 8, vector_registers = 32;
constexpr std::size_t extended_word = 8;  // bytes of a general register of x86-64

// Intel SDM vol. 1, 3.4.1 (general-purpose registers), 9.2.1 (mm in st) and 14.1.1, 15.2.1 (ymm, zmm).
class Derivation {
 public:
  explicit Derivation(const RegisterLayout& layout) : layout_(layout) {}

  // Those whose sources the processor has not are left out.
  void part(const std::string& name, const std::string& whole, std::uint32_t bytes, std::size_t begin = 0) {
    const auto source = find(whole);
    if (!source) return;
    add(name, {*source}, bytes * 8, begin, "uint", "hex");
  }
  void joined(const std::string& name, const std::vector<std::string>& halves, std::string encoding = "vector",
              std::string format = "vector-uint8") {
    std::vector<RegisterNumber> sources;
    std::uint32_t bits = 0;
    for (const auto& half : halves) {
      const auto source = find(half);
      if (!source) return;
      sources.push_back(*source);
      bits += layout_.find(*source)->bits;
    }
    add(name, std::move(sources), bits, 0, std::move(encoding), std::move(format));
  }
  [[nodiscard]] std::vector<DerivedRegister> take() { return std::move(result_); }

 private:
  [[nodiscard]] std::optional<RegisterNumber> find(const std::string& name) const {
    const auto row = std::ranges::find(layout_.registers, name, &Register::name);
    if (row == layout_.registers.end()) return std::nullopt;
    return RegisterNumber{static_cast<std::uint32_t>(row - layout_.registers.begin())};
  }

  void add(const std::string& name, std::vector<RegisterNumber> sources, std::uint32_t bits, std::size_t begin,
           std::string encoding, std::string format) {
    const auto& first = *layout_.find(sources.front());
    result_.push_back({.row = {.name = name,
                               .bits = bits,
                               .type = {},
                               .group = {},
                               .offset = first.offset + begin,
                               .encoding = std::move(encoding),
                               .format = std::move(format),
                               .set = first.set,
                               .alt_name = {},
                               .generic = {},
                               .dwarf = {}},
                       .sources = std::move(sources),
                       .begin = begin});
  }

  const RegisterLayout& layout_;
  std::vector<DerivedRegister> result_;
};

void add_lettered(Derivation& to, const std::string& letter, const std::string& prefix) {
  const auto whole = prefix + letter + "x";
  if (prefix == "r") to.part("e" + letter + "x", whole, 4);
  to.part(letter + "x", whole, 2);
  to.part(letter + "h", whole, 1, 1);
  to.part(letter + "l", whole, 1);
}

void add_indexed(Derivation& to, const std::string& name, const std::string& prefix) {
  const auto whole = prefix + name;
  if (prefix == "r") to.part("e" + name, whole, 4);
  to.part(name, whole, 2);
  if (prefix == "r") to.part(name + "l", whole, 1);  // needs a REX prefix
}

void add_numbered(Derivation& to, const std::string& whole) {
  to.part(whole + "d", whole, 4);
  to.part(whole + "w", whole, 2);
  to.part(whole + "l", whole, 1);
}

void add_vectors(Derivation& to, const std::string& n) {
  to.joined("ymm" + n, {"xmm" + n, "ymm" + n + "h"});
  to.joined("zmm" + n, {"xmm" + n, "ymm" + n + "h", "zmm" + n + "h"});
}

// FXSAVE64 keeps whole addresses where FXSAVE has a selector behind each offset (Intel SDM vol. 1, table 10-2).
void add_x87_pointers(Derivation& to) {
  to.joined("fip", {"fioff", "fiseg"}, "uint", "hex");
  to.joined("fdp", {"fooff", "foseg"}, "uint", "hex");
}

}  // namespace

std::vector<DerivedRegister> x86_derived_registers(const RegisterLayout& layout, std::size_t word) {
  Derivation to(layout);
  const std::string prefix = word == extended_word ? "r" : "e";
  for (const auto* letter : lettered) add_lettered(to, letter, prefix);
  for (const auto* name : indexed) add_indexed(to, name, prefix);
  for (int n = numbered_first; n < numbered_end; ++n) add_numbered(to, "r" + std::to_string(n));
  for (int n = 0; n < x87_registers; ++n) to.part("mm" + std::to_string(n), "st" + std::to_string(n), 8);
  if (word == extended_word) add_x87_pointers(to);
  for (int n = 0; n < vector_registers; ++n) add_vectors(to, std::to_string(n));
  return to.take();
}

}  // namespace stub::arch
