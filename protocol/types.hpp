// The shared nouns: addresses, process and thread ids, register numbers, bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stub {

// An address in a debuggee; never one of ours.
struct Address {
  std::uint64_t value = 0;

  friend auto operator<=>(const Address&, const Address&) = default;
  friend Address operator+(Address a, std::uint64_t n) { return {a.value + n}; }
  friend Address operator-(Address a, std::uint64_t n) { return {a.value - n}; }
  friend std::uint64_t operator-(Address a, Address b) { return a.value - b.value; }
};

// From begin up to, but not including, end.
struct AddressRange {
  Address begin, end;

  [[nodiscard]] bool contains(Address address) const { return address >= begin && address < end; }
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

enum class Pid : std::int32_t {};
enum class Tid : std::int32_t {};

[[nodiscard]] constexpr std::int32_t number(Pid pid) { return std::to_underlying(pid); }
[[nodiscard]] constexpr std::int32_t number(Tid tid) { return std::to_underlying(tid); }

// The leader of a process has the process's number (ptrace(2) knows threads only).
[[nodiscard]] constexpr Tid leader(Pid pid) { return Tid{number(pid)}; }

// A thread that exists, or existed: what a client says about threads is a ThreadSelector.
struct ThreadId {
  Pid pid{};
  Tid tid{};

  friend auto operator<=>(const ThreadId&, const ThreadId&) = default;
};

// A register's number on the wire: its row in the architecture's RegisterLayout.
enum class RegisterNumber : std::uint32_t {};

[[nodiscard]] constexpr std::uint32_t number(RegisterNumber n) { return std::to_underlying(n); }

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// Bytes as the text of a packet and back: packets are std::string, memory is Bytes.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// One visitor out of several lambdas, for std::visit.
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace stub
