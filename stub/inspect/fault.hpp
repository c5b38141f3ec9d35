// Fault: why a program got a signal, in words (sigaction(2), "The siginfo_t argument to a SA_SIGINFO handler").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/signal.hpp"
#include "stub/target/kernel.hpp"

namespace stub::inspect {

struct Fault {
  KernelSignal signal{};
  int code = 0;                    // si_code
  std::string cause;               // "nothing is mapped at this address"; empty: not known
  std::string_view standard;       // POSIX's words for the code (<signal.h>), lower case; empty: none
  std::optional<Address> address;  // of the memory or instruction at fault
};

// Of the program's own siginfo_t; what is too short for one tells nothing but the signal.
[[nodiscard]] Fault fault_of(KernelSignal signal, ByteView signal_info, std::size_t pointer_size);
// "SIGSEGV (segmentation fault) at 0x0: nothing is mapped at this address"
[[nodiscard]] std::string fault_text(const Fault& fault);
// "signal SIGSEGV: address not mapped to object (fault address: 0x0)", as lldb says it; empty where the signal tells
// all.
[[nodiscard]] std::string lldb_fault_text(const Fault& fault);
// In which mapping the address is, or between which.
[[nodiscard]] std::string mapping_text(const std::vector<MemoryRegion>& regions, Address address);

}  // namespace stub::inspect
