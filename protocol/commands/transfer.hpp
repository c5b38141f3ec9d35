// qXfer:object:read:annex:offset,length · qXfer:object:write:annex:offset:data.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "protocol/types.hpp"

namespace stub {

enum class TransferObject : std::uint8_t { features, auxv, libraries_svr4, threads, exec_file, siginfo, osdata };

struct ReadObject {
  TransferObject object{};
  std::string annex;
  std::uint64_t offset = 0;  // bytes
  std::uint64_t length = 0;  // the most to send; already cut to what fits a packet
};

struct WriteSignalInfo {  // the one object that can be written
  std::uint64_t offset = 0;
  Bytes bytes;
};

using TransferCommand = std::variant<ReadObject, WriteSignalInfo>;

}  // namespace stub
