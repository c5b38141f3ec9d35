#include "stub/arch/disassembler.hpp"

#include <capstone/capstone.h>

#include <memory>

namespace stub::arch {
namespace {

class Capstone {
 public:
  explicit Capstone(cs_mode mode) : open_(cs_open(CS_ARCH_X86, mode, &handle_) == CS_ERR_OK) {
    if (open_) cs_option(handle_, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);  // what both debuggers show by default
  }
  Capstone(const Capstone&) = delete;
  Capstone& operator=(const Capstone&) = delete;
  ~Capstone() {
    if (open_) cs_close(&handle_);
  }
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] csh handle() const { return handle_; }

 private:
  csh handle_{};
  bool open_;
};

Instruction bad_byte(ByteView code, Address address) { return {address, {code.front()}, "(bad)"}; }

Instruction translated(const cs_insn& insn) {
  std::string text = insn.mnemonic;
  if (insn.op_str[0] != '\0') text += std::string(" ") + insn.op_str;
  return {Address{insn.address}, Bytes(insn.bytes, insn.bytes + insn.size), std::move(text)};
}

}  // namespace

Result<std::vector<Instruction>> disassemble(const Architecture& architecture, ByteView code, Address address,
                                             std::size_t count) {
  const Capstone capstone(architecture.pointer_size == 4 ? CS_MODE_32 : CS_MODE_64);
  if (!capstone.is_open()) return fail(Errc::unsupported, "Capstone was built without this architecture");
  const std::unique_ptr<cs_insn, void (*)(cs_insn*)> insn(cs_malloc(capstone.handle()),
                                                          [](cs_insn* i) { cs_free(i, 1); });
  std::vector<Instruction> out;
  const auto* at = code.data();
  auto left = code.size();
  auto pc = address.value;
  while (out.size() < count && left != 0) {
    if (cs_disasm_iter(capstone.handle(), &at, &left, &pc, insn.get())) {
      out.push_back(translated(*insn));
      continue;
    }
    out.push_back(bad_byte({at, left}, Address{pc}));
    ++at, --left, ++pc;
  }
  return out;
}

}  // namespace stub::arch
