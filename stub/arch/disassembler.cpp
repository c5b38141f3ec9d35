#include "stub/arch/disassembler.hpp"

#include "stub/arch/capstone_handle.hpp"

namespace stub::arch {
namespace {

Instruction bad_byte(ByteView code, Address address) { return {address, {code.front()}, "(bad)"}; }

Instruction translated(const cs_insn& insn) {
  std::string text = insn.mnemonic;
  if (insn.op_str[0] != '\0') text += std::string(" ") + insn.op_str;
  return {Address{insn.address}, Bytes(insn.bytes, insn.bytes + insn.size), std::move(text)};
}

}  // namespace

Result<std::vector<Instruction>> disassemble(const Architecture& architecture, ByteView code, Address address,
                                             std::size_t count) {
  CapstoneHandle capstone(architecture);
  if (!capstone.is_open()) return fail(Errc::unsupported, "Capstone was built without this architecture");
  capstone.set(CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);  // what both debuggers show by default
  const CapstoneInstruction insn(cs_malloc(capstone.get()));
  std::vector<Instruction> out;
  const auto* at = code.data();
  auto left = code.size();
  auto pc = address.value;
  while (out.size() < count && left != 0) {
    if (cs_disasm_iter(capstone.get(), &at, &left, &pc, insn.get())) {
      out.push_back(translated(*insn));
      continue;
    }
    out.push_back(bad_byte({at, left}, Address{pc}));
    ++at, --left, ++pc;
  }
  return out;
}

}  // namespace stub::arch
