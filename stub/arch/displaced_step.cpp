#include "stub/arch/displaced_step.hpp"

#include <algorithm>

#include "protocol/little_endian.hpp"
#include "stub/arch/capstone_handle.hpp"

namespace stub::arch {
namespace {

// Intel SDM vol. 2, 2.1 "Instruction Format for Protected Mode" and 2.2.1 "REX Prefixes".
constexpr std::uint8_t operand_size_prefix = 0x66, address_size_prefix = 0x67;
constexpr std::array<std::uint8_t, 11> legacy_prefixes{0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e,
                                                       0x26, 0x64, 0x65, 0x66, 0x67};
constexpr std::uint8_t vex3 = 0xc4, vex2 = 0xc5, evex = 0x62, xop = 0x8f;

// ModR/M: what names the address [register + disp32].
constexpr unsigned mod_disp32 = 0b10, mod_shift = 6, reg_shift = 3;

// The registers that a copy may borrow. No instruction with a memory operand uses more than two of them.
struct Candidate {
  unsigned encoded;    // as ModR/M numbers it
  RegisterNumber reg;  // as gdb does
};
constexpr std::array<Candidate, 3> candidates{{{6, RegisterNumber{4}}, {7, RegisterNumber{5}}, {3, RegisterNumber{1}}}};

void append(Bytes& code, std::uint64_t value, std::size_t size) {
  const auto bytes = to_little_endian(value, size);
  code.insert(code.end(), bytes.begin(), bytes.end());
}

// One instruction that Capstone has taken apart, on its way to becoming a copy.
class Displacer {
 public:
  Displacer(const Architecture& cpu, const cs_insn& insn, Address to)
      : wide_(cpu.pointer_size == 8), insn_(insn), x86_(insn.detail->x86) {
    step_.from = {insn.address};
    step_.to = to;
    step_.points.push_back({0, step_.from});
  }

  std::optional<DisplacedStep> run() && {
    if (!build()) return std::nullopt;
    return std::move(step_);
  }

 private:
  bool build() {
    if (leaves_user_code()) return false;
    if (is_in(CS_GRP_BRANCH_RELATIVE)) return branch();
    if (const auto* operand = relative_to_pc(); operand != nullptr) {
      if (operand->mem.base != X86_REG_RIP || !borrow_base()) return false;
    } else {
      step_.code.assign(insn_.bytes, insn_.bytes + insn_.size);
    }
    if (is_in(CS_GRP_CALL)) step_.pushed = next();
    go_on_at(next());
    return true;
  }

  [[nodiscard]] bool is_in(unsigned group) const {
    const auto* begin = insn_.detail->groups;
    const auto* end = begin + insn_.detail->groups_count;
    return std::find(begin, end, group) != end;
  }

  // Into the kernel, into another mode, or back from either.
  [[nodiscard]] bool leaves_user_code() const {
    switch (insn_.id) {
      case X86_INS_SYSCALL:
      case X86_INS_SYSENTER:
      case X86_INS_LCALL:
      case X86_INS_LJMP:
      case X86_INS_RETF:
      case X86_INS_RETFQ:
      case X86_INS_XBEGIN:
        return true;
      default:
        return is_in(CS_GRP_INT) || is_in(CS_GRP_IRET);
    }
  }

  [[nodiscard]] Address next() const { return address(insn_.address + insn_.size); }
  [[nodiscard]] Address address(std::uint64_t value) const { return {wide_ ? value : value & 0xffffffff}; }
  [[nodiscard]] ByteView bytes() const { return {insn_.bytes, insn_.size}; }

  // A thread that comes to the end of the copy so far goes on there.
  void go_on_at(Address target) {
    step_.points.push_back({step_.code.size(), target});
    jump(target);
  }

  // To any address, and without a register: jmp *0(%rip); in 32 bits jmp rel32 reaches all.
  void jump(Address target) {
    auto& code = step_.code;
    if (wide_) {
      code.insert(code.end(), {0xff, 0x25, 0, 0, 0, 0});
      return append(code, target.value, 8);
    }
    code.push_back(0xe9);
    append(code, target.value - (step_.to.value + code.size() + 4), 4);
  }

  bool branch() {
    // In 16 bits what it does depends on the maker of the CPU.
    if (x86_.prefix[2] == operand_size_prefix || x86_.prefix[3] == address_size_prefix) return false;
    const auto target = address(static_cast<std::uint64_t>(x86_.operands[0].imm));
    const unsigned first = x86_.opcode[0];
    if (first == 0xe8) return call(target);
    if (first == 0xe9 || first == 0xeb) return go_on_at(target), true;
    if (first == 0x0f && (x86_.opcode[1] & 0xf0) == 0x80) return choose(0x70 | (x86_.opcode[1] & 0x0f), target);
    if ((first & 0xf0) == 0x70 || (first & 0xfc) == 0xe0) return choose(first, target);  // jcc, loop, jrcxz
    return false;
  }

  // The instruction itself decides, over the jump to its successor.
  bool choose(unsigned opcode, Address target) {
    const auto size_of_jump = wide_ ? 14u : 5u;
    step_.code = {static_cast<std::uint8_t>(opcode), static_cast<std::uint8_t>(size_of_jump)};
    go_on_at(next());
    go_on_at(target);
    return true;
  }

  // push imm32 extends the sign; mov $imm32, 4(%rsp) puts the upper half right.
  bool call(Address target) {
    auto& code = step_.code;
    const auto back = next().value;
    code.push_back(0x68);
    append(code, back, 4);
    if (wide_) {
      step_.points.push_back({code.size(), step_.from, 8});
      code.insert(code.end(), {0xc7, 0x44, 0x24, 0x04});
      append(code, back >> 32, 4);
    }
    go_on_at(target);
    return true;
  }

  [[nodiscard]] const cs_x86_op* relative_to_pc() const {
    const auto* begin = std::begin(x86_.operands);
    const auto* end = begin + x86_.op_count;
    const auto* found = std::find_if(begin, end, [](const cs_x86_op& operand) {
      return operand.type == X86_OP_MEM && (operand.mem.base == X86_REG_RIP || operand.mem.base == X86_REG_EIP);
    });
    return found == end ? nullptr : found;
  }

  // disp32(%rip) becomes disp32 of a register that holds the rip.
  bool borrow_base() {
    if (x86_.encoding.disp_offset == 0) return false;
    auto& code = step_.code;
    code.assign(insn_.bytes, insn_.bytes + insn_.size);
    const std::size_t at = x86_.encoding.disp_offset - 1u;  // no SIB byte lies between
    const unsigned used = code[at] >> reg_shift & 0b111;
    const auto extra = clear_base_extension();
    const auto chosen = std::ranges::find_if(candidates, [&](const Candidate& candidate) {
      return candidate.encoded != used && (!extra || candidate.encoded != (*extra & 0b111));
    });
    if (chosen == candidates.end()) return false;
    code[at] = static_cast<std::uint8_t>(mod_disp32 << mod_shift | used << reg_shift | chosen->encoded);
    step_.borrowed = {chosen->reg, next().value};
    return true;
  }

  // Whatever prefix has a bit for ModR/M.rm: that one of registers below 8. Returns the register that it names itself.
  std::optional<unsigned> clear_base_extension() {
    auto& code = step_.code;
    auto at = code.begin();
    while (std::ranges::find(legacy_prefixes, *at) != legacy_prefixes.end()) ++at;
    const auto vvvv = [](std::uint8_t byte) { return ~static_cast<unsigned>(byte) >> 3 & 0b1111; };
    if ((*at & 0xf0) == 0x40) *at &= 0xfe;  // REX.B
    if (*at == vex2) return vvvv(at[1]);
    const bool has_map = *at == vex3 || *at == evex || (*at == xop && (at[1] & 0x1f) >= 8);
    if (!has_map) return std::nullopt;
    at[1] |= 0x20;  // B, inverted
    return vvvv(at[2]);
  }

  bool wide_;
  const cs_insn& insn_;
  const cs_x86& x86_;
  DisplacedStep step_;
};

}  // namespace

const DisplacedStep::Point* DisplacedStep::point_at(std::uint64_t pc) const {
  const auto it = std::ranges::find(points, pc - to.value, &Point::offset);
  return it == points.end() ? nullptr : &*it;
}

std::optional<DisplacedStep> displace(const Architecture& architecture, ByteView code, Address from, Address to) {
  CapstoneHandle capstone(architecture);
  if (!capstone.is_open()) return std::nullopt;
  capstone.set(CS_OPT_DETAIL, CS_OPT_ON);
  const CapstoneInstruction insn(cs_malloc(capstone.get()));
  const auto* at = code.data();
  auto left = code.size();
  auto pc = from.value;
  if (!cs_disasm_iter(capstone.get(), &at, &left, &pc, insn.get())) return std::nullopt;
  return Displacer(architecture, *insn, to).run();
}

}  // namespace stub::arch
