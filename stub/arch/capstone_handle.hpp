// CapstoneHandle: an open decoder. For sources of this layer only: nobody above sees Capstone.
#pragma once

#include <capstone/capstone.h>

#include <memory>

#include "protocol/types.hpp"
#include "stub/arch/architecture.hpp"

namespace stub::arch {

class CapstoneHandle {
 public:
  explicit CapstoneHandle(const Architecture& architecture)
      : open_(cs_open(CS_ARCH_X86, architecture.pointer_size == 4 ? CS_MODE_32 : CS_MODE_64, &handle_) == CS_ERR_OK) {}
  CapstoneHandle(const CapstoneHandle&) = delete;
  CapstoneHandle& operator=(const CapstoneHandle&) = delete;
  ~CapstoneHandle() {
    if (open_) cs_close(&handle_);
  }

  // False: Capstone was built without this architecture.
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] csh get() const { return handle_; }
  void set(cs_opt_type option, std::size_t value) { cs_option(handle_, option, value); }

 private:
  csh handle_{};
  bool open_;
};

struct FreeInstruction {
  void operator()(cs_insn* insn) const { cs_free(insn, 1); }
};
using CapstoneInstruction = std::unique_ptr<cs_insn, FreeInstruction>;

}  // namespace stub::arch
