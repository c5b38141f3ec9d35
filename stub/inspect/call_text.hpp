// CallText: a system call in strace's form: openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3. It is bounded, whatever the
// call says.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "protocol/types.hpp"
#include "stub/inspect/call_names.hpp"

namespace stub::inspect {

struct Call {
  CallTable table{};
  std::uint64_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
};

// What is readable from an address on, at most so many bytes.
using CallMemory = std::function<Bytes(Address, std::size_t)>;

struct CallSignature;

class CallText {
 public:
  // What the call gives is read now, what it gets when it returns.
  CallText(const Call& call, const CallMemory& memory);

  [[nodiscard]] std::string returned(std::uint64_t result, const CallMemory& memory) const;
  // Nobody knows how it ends yet.
  [[nodiscard]] std::string unfinished() const;
  // It has not returned, and never will.
  [[nodiscard]] std::string without_return() const;

 private:
  [[nodiscard]] std::string begin(const std::vector<std::string>& words) const;

  Call call_;
  const CallSignature* signature_;  // null: its arguments are unknown
  std::vector<std::string> words_;  // one for each argument
};

}  // namespace stub::inspect
