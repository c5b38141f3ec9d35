// Registers of a stopped thread: bytes of two register sets, as PTRACE_GETREGSET gives them.
#include "stub/arch/register_file.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/xsave_layouts.hpp"

using namespace stub;
using namespace stub::arch;
using namespace stub::test;

namespace {

constexpr std::size_t general = 0, extended = 1;
// Offsets in the XSAVE area (Intel SDM vol. 1, 10.5.1 and 13.4).
constexpr std::size_t fsw_at = 2, ftw_at = 4, fop_at = 6, mxcsr_at = 24, st0_at = 32, xmm0_at = 160, xstate_bv_at = 512;

constexpr RegisterNumber rax{0}, rip{16}, eflags{17}, st0{24}, fctrl{32}, ftag{34}, fop{39}, xmm0{40}, mxcsr{56},
    ymm0h{60}, xmm16{76}, ymm16h{92}, k0{108}, zmm0h{116}, zmm16h{132}, pkru{148};

struct Loaded {
  Architecture amd64 = make_amd64(avx512_cpu);
  RegisterFile file{amd64};

  explicit Loaded(const Bytes& xsave = {}) {
    file.load(general, Bytes(27 * 8));
    file.load(extended, xsave);
  }
  [[nodiscard]] std::uint8_t at(std::size_t offset) const { return file.bytes(extended)[offset]; }
};

Bytes xsave_with(std::initializer_list<std::pair<std::size_t, Bytes>> pieces) {
  Bytes area(2696);
  for (const auto& [offset, bytes] : pieces)
    std::copy(bytes.begin(), bytes.end(), area.begin() + static_cast<std::ptrdiff_t>(offset));
  return area;
}

const Bytes one{0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f};  // 1.0
const Bytes infinity{0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x7f};
const Bytes denormal{1, 0, 0, 0, 0, 0, 0, 0, 0, 0};

}  // namespace

TEST_CASE("a general register is read where struct user_regs_struct has it") {
  Loaded regs;
  Bytes user_regs(27 * 8);
  user_regs[10 * 8] = 0x11;      // rax
  user_regs[16 * 8 + 2] = 0x40;  // rip
  user_regs[18 * 8] = 0x46;      // eflags
  regs.file.load(general, user_regs);
  CHECK(regs.file.read_integer(rax) == 0x11);
  CHECK(regs.file.read_integer(rip) == 0x400000);
  CHECK(regs.file.read(eflags) == Bytes{0x46, 0, 0, 0});
}

TEST_CASE("what is written is read") {
  Loaded regs;
  for (std::uint32_t n = 0; n < regs.amd64.layout.registers.size(); ++n) {
    const auto& reg = regs.amd64.layout.registers[n];
    if (reg.name == "ftag" || reg.name == "fop" || (reg.name.starts_with("f") && reg.bits == 32)) continue;
    CAPTURE(reg.name);
    Bytes value(reg.bits / 8);
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::uint8_t>(n + 3 * i + 1);
    CHECK(regs.file.write(RegisterNumber{n}, value));
    CHECK(regs.file.read(RegisterNumber{n}) == value);
  }
}

TEST_CASE("no register overlaps another") {
  Loaded regs;
  const auto& layout = regs.amd64.layout;
  for (std::uint32_t n = 0; n < layout.registers.size(); ++n)
    if (layout.registers[n].name != "ftag")
      CHECK(regs.file.write(RegisterNumber{n}, Bytes(layout.registers[n].bits / 8, static_cast<std::uint8_t>(n))));
  for (std::uint32_t n = 0; n < layout.registers.size(); ++n)
    if (layout.registers[n].name != "ftag")
      CHECK(regs.file.read(RegisterNumber{n}).front() == static_cast<std::uint8_t>(n));
}

TEST_CASE("a value of another size is an error and changes nothing") {
  Loaded regs;
  CHECK_FALSE(regs.file.write(rax, Bytes(4)));
  CHECK_FALSE(regs.file.write(rax, Bytes(16)));
  CHECK_FALSE(regs.file.write(eflags, Bytes(8)));
  CHECK_FALSE(regs.file.write(rax, Bytes{}));
  CHECK_FALSE(regs.file.dirty(general));
}

TEST_CASE("only the set that was written is dirty") {
  Loaded regs;
  CHECK_FALSE(regs.file.dirty(general));
  regs.file.write_integer(rax, 1);
  CHECK(regs.file.dirty(general));
  CHECK_FALSE(regs.file.dirty(extended));
  regs.file.stored(general);
  CHECK_FALSE(regs.file.dirty(general));
}

TEST_CASE("a register that is narrower in its set is read with zeros behind it") {
  Loaded regs(xsave_with({{0, {0x7f, 0x03}}}));
  CHECK(regs.file.read(fctrl) == Bytes{0x7f, 0x03, 0, 0});
}

TEST_CASE("the vector registers are read from the components that hold them") {
  Loaded regs(xsave_with({{xmm0_at, {0xa0}},
                          {576, {0xa1}},
                          {1088, {0xa2}},
                          {1152, {0xa3}},
                          {1664, {0xa4}},
                          {1664 + 16, {0xa5}},
                          {1664 + 32, {0xa6}},
                          {2688, {0xa7}}}));
  CHECK(regs.file.read(xmm0).front() == 0xa0);
  CHECK(regs.file.read(ymm0h).front() == 0xa1);
  CHECK(regs.file.read(k0).front() == 0xa2);
  CHECK(regs.file.read(zmm0h).front() == 0xa3);
  CHECK(regs.file.read(xmm16).front() == 0xa4);
  CHECK(regs.file.read(ymm16h).front() == 0xa5);
  CHECK(regs.file.read(zmm16h).front() == 0xa6);
  CHECK(regs.file.read(pkru).front() == 0xa7);
}

TEST_CASE("writing a register marks its component as in use") {
  Loaded regs;
  CHECK(regs.file.write(st0, one));
  CHECK(regs.at(xstate_bv_at) == 0x01);
  regs.file.write_integer(xmm0, 1);
  CHECK(regs.at(xstate_bv_at) == 0x03);
  regs.file.write_integer(ymm0h, 1);
  CHECK(regs.at(xstate_bv_at) == 0x07);
  regs.file.write_integer(k0, 1);
  CHECK(regs.at(xstate_bv_at) == 0x27);
  regs.file.write_integer(zmm0h, 1);
  CHECK(regs.at(xstate_bv_at) == 0x67);
  regs.file.write_integer(xmm16, 1);
  CHECK(regs.at(xstate_bv_at) == 0xe7);
  regs.file.write_integer(pkru, 1);
  CHECK(regs.at(xstate_bv_at + 1) == 0x02);
}

TEST_CASE("MXCSR belongs to SSE") {
  Loaded regs;
  regs.file.write_integer(mxcsr, 0x1f80);
  CHECK(regs.at(mxcsr_at) == 0x80);
  CHECK(regs.at(xstate_bv_at) == 0x02);
}

TEST_CASE("an empty x87 stack has all tags empty") {
  CHECK(Loaded(xsave_with({{ftw_at, {0x00}}})).file.read_integer(ftag) == 0xffff);
}

TEST_CASE("a tag says what its register holds") {
  const auto tag_of_st0 = [](const Bytes& value) {
    return Loaded(xsave_with({{ftw_at, {0x01}}, {st0_at, value}})).file.read_integer(ftag) & 3;
  };
  CHECK(tag_of_st0(one) == 0);        // valid
  CHECK(tag_of_st0(Bytes(10)) == 1);  // zero
  CHECK(tag_of_st0(infinity) == 2);   // special
  CHECK(tag_of_st0(denormal) == 2);
}

TEST_CASE("tags name physical registers, ST(i) counts from the top of the stack") {
  // One value pushed: TOP is 7, ST(0) is physical register 7.
  Loaded regs(xsave_with({{fsw_at, {0x00, 0x38}}, {ftw_at, {0x80}}, {st0_at, one}}));
  CHECK(regs.file.read_integer(ftag) == 0x3fff);
}

TEST_CASE("writing tags keeps which registers are empty, and what they hold follows from their values") {
  Loaded regs;
  regs.file.write_integer(ftag, 0x3fff);
  CHECK(regs.at(ftw_at) == 0x80);
  CHECK(regs.at(xstate_bv_at) == 0x01);
  regs.file.write_integer(ftag, 0xffff);
  CHECK(regs.at(ftw_at) == 0x00);
  regs.file.write_integer(ftag, 0x0000);
  CHECK(regs.at(ftw_at) == 0xff);
}

TEST_CASE("the opcode has eleven bits") {
  Loaded regs(xsave_with({{fop_at, {0xff, 0xff}}}));
  CHECK(regs.file.read_integer(fop) == 0x7ff);
  regs.file.write_integer(fop, 0xffff);
  CHECK(regs.at(fop_at) == 0xff);
  CHECK(regs.at(fop_at + 1) == 0x07);
}

TEST_CASE("a kernel that gives less leaves the rest zero") {
  Loaded regs(Bytes(576, 0xff));
  CHECK(regs.file.read_integer(ymm0h) == 0);
  CHECK(regs.file.bytes(extended).size() == 2696);
}

TEST_CASE("a thread that runs has no known registers") {
  Loaded regs;
  regs.file.write_integer(rax, 1);
  regs.file.forget();
  CHECK_FALSE(regs.file.loaded(general));
  CHECK_FALSE(regs.file.dirty(general));
}

TEST_CASE("saved registers come back as dirty ones, as far as they were loaded") {
  const auto amd64 = make_amd64(avx512_cpu);
  RegisterFile file(amd64);
  file.load(general, Bytes(27 * 8));
  file.mark_all_dirty();
  CHECK(file.dirty(general));
  CHECK_FALSE(file.dirty(extended));
}
