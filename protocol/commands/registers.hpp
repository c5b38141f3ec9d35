// Commands about registers. lldb names the thread in the packet (`;thread:TID;`), gdb by an earlier Hg.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "protocol/selector.hpp"

namespace stub {

// clang-format off: a line for each
struct ReadRegisters { std::optional<ThreadSelector> thread; };                             // g
struct WriteRegisters { Bytes bytes; std::optional<ThreadSelector> thread; };               // G
struct ReadRegister { RegisterNumber number{}; std::optional<ThreadSelector> thread; };     // p n
struct WriteRegister {                                                                      // P n=value
  RegisterNumber number{};
  Bytes value;
  std::optional<ThreadSelector> thread;
};
struct QueryRegisterInfo { RegisterNumber number{}; };                                      // qRegisterInfo<n>
struct SaveRegisters { std::optional<ThreadSelector> thread; };                             // QSaveRegisterState
struct RestoreRegisters { std::uint64_t id = 0; std::optional<ThreadSelector> thread; };    // QRestoreRegisterState:id
// clang-format on

using RegisterCommand = std::variant<ReadRegisters, WriteRegisters, ReadRegister, WriteRegister, QueryRegisterInfo,
                                     SaveRegisters, RestoreRegisters>;

}  // namespace stub
