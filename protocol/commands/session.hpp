// Commands about the conversation itself.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "protocol/features.hpp"
#include "protocol/signal.hpp"

namespace stub {

// clang-format off: a line for each
struct NegotiateFeatures { ClientFeatures features; };      // qSupported
struct StartNoAckMode {};                                   // QStartNoAckMode
struct EnableThreadSuffix {};                               // QThreadSuffixSupported
struct ListThreadsInStopReply {};                           // QListThreadsInStopReply
struct EnableErrorStrings {};                               // QEnableErrorStrings
struct Echo { std::string text; };                          // qEcho:…, answered with itself
struct OfferSymbols {};                                     // qSymbol::, we need none
struct Monitor { std::string line; };                       // qRcmd,hex
struct PassSignals { std::vector<WireSignal> signals; };    // QPassSignals: deliver these without a stop
struct CatchSystemCalls {                                   // QCatchSyscalls:0, QCatchSyscalls:1[;number…]
  std::optional<std::set<std::uint64_t>> numbers;           // none: do not; an empty set: all
};
struct SetNonStop { bool enabled = false; };                // QNonStop
struct ProgramSignals { std::vector<WireSignal> signals; }; // QProgramSignals: only these may be delivered at a detach
// clang-format on

using SessionCommand =
    std::variant<NegotiateFeatures, StartNoAckMode, EnableThreadSuffix, ListThreadsInStopReply, EnableErrorStrings,
                 Echo, OfferSymbols, Monitor, PassSignals, ProgramSignals, CatchSystemCalls, SetNonStop>;

}  // namespace stub
