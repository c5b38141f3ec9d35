// qXfer:object:read:annex:offset,length.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace stub {

enum class TransferObject : std::uint8_t { features, auxv, libraries_svr4, threads, exec_file, siginfo };

struct ReadObject {
  TransferObject object{};
  std::string annex;
  std::uint64_t offset = 0;  // bytes
  std::uint64_t length = 0;  // the most to send; already cut to what fits a packet
};

using TransferCommand = std::variant<ReadObject>;

}  // namespace stub
