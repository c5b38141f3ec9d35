// X86Builder: makes the Architecture of an x86 mode out of its general registers and its widths. The x87, SSE, AVX and
// AVX-512 registers are the same in all of them, but for how many there are, and lie in the same XSAVE area.
#pragma once

#include <span>
#include <string>

#include "stub/arch/architecture.hpp"

namespace stub::arch {

// What differs between the modes.
struct X86Mode {
  std::size_t word = 0;            // bytes of each word of NT_PRSTATUS
  std::size_t general_words = 0;   // of NT_PRSTATUS
  unsigned vectors = 0;            // xmm0 and up, of SSE and AVX
  bool has_upper_vectors = false;  // xmm16 to zmm31, of AVX-512
  int dwarf_xmm0 = 0, dwarf_xmm16 = 0, dwarf_st0 = 0, dwarf_mxcsr = 0, dwarf_k0 = 0;
};

struct X86GeneralRow {
  std::string_view name;
  unsigned bits;
  std::string_view type;
  std::size_t word;  // of NT_PRSTATUS
  int dwarf;         // -1: none
  std::string_view generic;
  std::string_view alt_name;
};

class X86Builder {
 public:
  X86Builder(const X86Mode& mode, const XsaveLayout& xsave) : mode_(mode), xsave_(xsave) {}

  // In gdb's order: each is a feature, or goes on with the one before.
  void feature(std::string_view name, std::string_view types = "");
  void general_rows(std::span<const X86GeneralRow> rows, std::string_view group = "");
  void x87();
  void sse();
  void avx();
  void avx512();
  void pkru();

  [[nodiscard]] RegisterNumber next() const;  // the number of the register that is added next
  // What all modes share is filled in; the rest is the caller's.
  [[nodiscard]] Architecture take();

 private:
  struct Vectors;
  void note_role(std::string_view generic);
  void add(Register reg, RegisterLocation location);
  void vectors(const Vectors& vectors);
  void upper_vectors();
  [[nodiscard]] bool has(unsigned component) const { return xsave_[component].size != 0; }
  [[nodiscard]] std::size_t at(unsigned component) const { return xsave_[component].offset; }
  [[nodiscard]] std::size_t xsave_end() const;

  const X86Mode& mode_;
  const XsaveLayout& xsave_;
  Architecture result_{};
};

}  // namespace stub::arch
