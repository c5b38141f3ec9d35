// Features: what a client says it can do (its qSupported) and what we then offer it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/withheld.hpp"

namespace stub {

// Who is there, as far as its packets tell. A program that has not shown itself as gdb or lldb is taken for a
// script written against lldb-server: LLDB's own protocol tests are such, and refuse any unknown feature name.
enum class Client : std::uint8_t { script, lldb, gdb };

// The words of a client's qSupported, as sent: "swbreak+", "xmlRegisters=i386".
struct ClientFeatures {
  std::vector<std::string> words;

  [[nodiscard]] bool has(std::string_view word) const;
  // "xmlRegisters" of "xmlRegisters=i386".
  [[nodiscard]] bool has_key(std::string_view key) const;
  // gdb has named qRelocInsn+ since 7.x, and lldb asks for the registers of more than x86; each is the only one to.
  [[nodiscard]] Client identify() const;
};

// The reply to qSupported for this client: `;`-separated words, without those for packets that are withheld.
[[nodiscard]] std::string offered_features(Client client, const ClientFeatures& features,
                                           const Withheld& withheld = {});

}  // namespace stub
