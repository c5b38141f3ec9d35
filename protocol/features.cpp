#include "protocol/features.hpp"

#include <algorithm>
#include <array>

#include "protocol/framing.hpp"
#include "protocol/hex.hpp"

namespace stub {
namespace {

enum Audience : unsigned { script = 1, lldb = 2, gdb = 4, both_lldb = 3, all = 7 };

struct Row {
  std::string_view word;
  unsigned audience;
  std::string_view asked_by;  // offered only to a client that named this word; empty: always
};

// Advertised only what an integration test has seen a debugger use.
constexpr std::array rows = {
    Row{"QStartNoAckMode+", all, ""},
    Row{"multiprocess+", all, "multiprocess+"},
    Row{"swbreak+", gdb, "swbreak+"},
    Row{"hwbreak+", gdb, "hwbreak+"},
    Row{"fork-events+", all, "fork-events+"},
    Row{"vfork-events+", all, "vfork-events+"},
    Row{"exec-events+", gdb, "exec-events+"},
    Row{"no-resumed+", gdb, "no-resumed+"},
    Row{"QNonStop+", gdb, ""},
    Row{"QCatchSyscalls+", gdb, ""},
    Row{"QThreadEvents+", gdb, "QThreadEvents+"},
    Row{"QThreadOptions=3", gdb, "QThreadOptions+"},
    Row{"QDisableRandomization+", gdb, ""},
    Row{"QStartupWithShell+", gdb, ""},
    Row{"QEnvironmentHexEncoded+", gdb, ""},
    Row{"QEnvironmentReset+", gdb, ""},
    Row{"QEnvironmentUnset+", gdb, ""},
    Row{"QSetWorkingDir+", gdb, ""},
    Row{"single-inf-arg+", gdb, "single-inf-arg+"},
    Row{"vContSupported+", gdb, ""},
    Row{"binary-upload+", gdb, ""},
    Row{"QPassSignals+", all, ""},
    Row{"QProgramSignals+", gdb, ""},
    Row{"qXfer:features:read+", all, ""},
    Row{"qXfer:auxv:read+", all, ""},
    Row{"qXfer:libraries-svr4:read+", all, ""},
    Row{"augmented-libraries-svr4-read+", gdb, ""},
    Row{"qXfer:siginfo:read+", all, ""},
    Row{"qXfer:siginfo:write+", gdb, ""},
    Row{"qXfer:osdata:read+", gdb, ""},
    Row{"qXfer:threads:read+", gdb, ""},
    Row{"qXfer:exec-file:read+", gdb, ""},
    Row{"ConditionalBreakpoints+", gdb, ""},
    Row{"BreakpointCommands+", gdb, ""},
    Row{"qEcho+", both_lldb, ""},
    // lldb up to 19 looks for the bare word, which gdb and LLDB's tests refuse.
    Row{"qEcho", lldb, ""},
    Row{"qSaveCore+", both_lldb, ""},
    Row{"native-signals+", both_lldb, ""},
    Row{"QThreadSuffixSupported+", both_lldb, ""},
    Row{"QListThreadsInStopReply+", both_lldb, ""},
};

unsigned audience_of(Client client) {
  switch (client) {
    case Client::script:
      return script;
    case Client::lldb:
      return lldb;
    case Client::gdb:
      return gdb;
  }
  return 0;
}

}  // namespace

bool ClientFeatures::has(std::string_view word) const { return std::ranges::find(words, word) != words.end(); }

bool ClientFeatures::has_key(std::string_view key) const {
  return std::ranges::any_of(words, [&](const std::string& word) { return word.starts_with(std::string(key) + "="); });
}

Client ClientFeatures::identify() const {
  if (has("qRelocInsn+")) return Client::gdb;
  const bool asks_for_arm = std::ranges::any_of(
      words, [](const std::string& w) { return w.starts_with("xmlRegisters=") && w.contains("arm"); });
  return asks_for_arm ? Client::lldb : Client::script;
}

std::string offered_features(Client client, const ClientFeatures& features, const Withheld& withheld) {
  std::string reply = "PacketSize=" + hex(max_packet_size);
  for (const auto& row : rows) {
    if ((row.audience & audience_of(client)) == 0) continue;
    if (!row.asked_by.empty() && !features.has(row.asked_by)) continue;
    if (row.word.ends_with("fork-events+") && !features.has("multiprocess+")) continue;  // a child has its own number
    if (withheld.packets.contains(row.word.substr(0, row.word.find_first_of("+=")))) continue;
    reply += ';';
    reply += row.word;
  }
  return reply;
}

}  // namespace stub
