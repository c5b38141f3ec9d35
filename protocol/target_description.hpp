// Target descriptions: a RegisterLayout as gdb's XML, as lldb's XML, and as the text of one qRegisterInfo.
// Both clients number the registers alike.
#pragma once

#include <string>

#include "protocol/register_layout.hpp"

namespace stub {

// GDB manual, "Target Descriptions": named features, gdb's own types.
[[nodiscard]] std::string gdb_target_description(const RegisterLayout& layout);

// What lldb-server writes: one feature that holds all, each register with lldb's attributes. LLDB's own tests
// compare it with qRegisterInfo.
[[nodiscard]] std::string lldb_target_description(const RegisterLayout& layout);

// name:rax;bitsize:64;offset:0;…
[[nodiscard]] std::string register_info(const Register& reg);
[[nodiscard]] std::string register_info(const RegisterLayout& layout, const DerivedRegister& reg);

}  // namespace stub
