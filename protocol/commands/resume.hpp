// Commands that make threads run.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "protocol/selector.hpp"
#include "protocol/signal.hpp"

namespace stub {

// clang-format off: a line for each
struct ResumeAction {
  enum class Kind : std::uint8_t { run, step, stop };
  Kind kind{};
  WireSignal signal{};                    // delivered as the thread goes on; 0: none
  std::optional<AddressRange> range;      // r: step for as long as the pc is in it
  std::optional<ThreadSelector> threads;  // none: all that no earlier action names
};

struct QueryResumeActions {};                               // vCont?
struct Resume { std::vector<ResumeAction> actions; };       // vCont;…: for each thread the leftmost action that matches
struct ResumeSelected {                                     // c s C S: the thread of Hc
  ResumeAction::Kind kind{};
  WireSignal signal{};
  std::optional<Address> from;                              // go on here instead of at the pc
};
struct AcknowledgeStop {};                                  // vStopped: the next one, please
struct AcknowledgeOutput {};                                // vStdio: the next of what programs print, please
struct InterruptNonStop {};                                 // vCtrlC
// clang-format on

using ResumeCommand =
    std::variant<QueryResumeActions, Resume, ResumeSelected, AcknowledgeStop, AcknowledgeOutput, InterruptNonStop>;

}  // namespace stub
