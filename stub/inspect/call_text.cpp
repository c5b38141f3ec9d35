#include "stub/inspect/call_text.hpp"

#include <algorithm>
#include <optional>
#include <system_error>

#include "protocol/hex.hpp"
#include "stub/inspect/call_signatures.hpp"
#include "stub/inspect/call_values.hpp"

namespace stub::inspect {
namespace {

using enum CallArgument;

constexpr std::size_t word_of(CallTable table) { return table == CallTable::i386 ? 4 : 8; }

// Walks a call's registers: an argument may take two.
class Registers {
 public:
  explicit Registers(const Call& call) : call_(call) {}

  std::uint64_t take(CallArgument kind) {
    const auto low = next();
    if (kind != offset || call_.table == CallTable::amd64) return low;
    return low | next() << 32;
  }
  // The one behind those that have been taken.
  [[nodiscard]] std::uint64_t peek() const { return at_ < call_.arguments.size() ? at(at_) : 0; }

 private:
  std::uint64_t next() {
    const auto value = peek();
    ++at_;
    return value;
  }
  [[nodiscard]] std::uint64_t at(std::size_t i) const {
    return call_.table == CallTable::i386 ? call_.arguments[i] & 0xffffffff : call_.arguments[i];
  }

  const Call& call_;
  std::size_t at_ = 0;
};

bool is_filled(CallArgument kind) { return kind == filled_buffer || kind == filled_pair || kind == filled_status; }

bool makes_file(std::uint64_t open_flags) {
  constexpr std::uint64_t create = 0x40, temporary = 0x400000;  // asm-generic/fcntl.h: O_CREAT, __O_TMPFILE
  return (open_flags & (create | temporary)) != 0;
}

// What it says when the call is made. `behind`: the argument behind it.
std::string word(const CallMemory& memory, CallTable table, CallArgument kind, std::uint64_t value,
                 std::uint64_t behind) {
  namespace say = call_value;
  const auto size_of_word = word_of(table);
  // clang-format off: rows of a table
  switch (kind) {
    case none: return {};
    case number: return std::to_string(static_cast<std::int32_t>(value));
    case size: return size_of_word == 4 ? std::to_string(value) : std::to_string(static_cast<std::int64_t>(value));
    case offset: return std::to_string(value);
    case flags: return value == 0 ? "0" : say::pointer(value);
    case pointer: case filled_buffer: case filled_pair: case filled_status: return say::pointer(value);
    case string: return say::string(memory, value, say::longest_text);
    case path: return say::string(memory, value, say::longest_path);
    case given_buffer: return say::buffer(memory, value, behind);
    case strings: return say::strings(memory, value, size_of_word);
    case socket_address: return say::socket_address(memory, value, behind);
    case time: return say::time(memory, value, size_of_word);
    case time64: return say::time(memory, value, 8);
    case folder: return say::folder(value);
    case open_flags: return say::open_flags(value);
    case protection: return say::protection(value);
    case mapping_flags: return say::mapping_flags(value);
    case access_mode: return say::access_mode(value);
    case at_flags: return say::at_flags(value);
    case clone_flags: return say::clone_flags(value);
    case open_mode: case octal: return say::octal(value);
    case whence: return say::whence(value);
    case CallArgument::signal: return say::signal(value);
    case mask_change: return say::mask_change(value);
    case CallArgument::clock: return say::clock(value);
    case socket_domain: return say::socket_domain(value);
    case socket_type: return say::socket_type(value);
    case futex_operation: return say::futex_operation(value);
    case file_command: return say::file_command(value);
  }
  // clang-format on
  return {};
}

// What a call that has succeeded has put there.
std::string filled(const CallMemory& memory, CallArgument kind, std::uint64_t value, std::uint64_t result) {
  if (kind == filled_buffer) return call_value::buffer(memory, value, result);
  if (kind == filled_pair) return call_value::two_numbers(memory, value);
  return result == 0 ? call_value::pointer(value) : call_value::child_status(memory, value);
}

std::vector<std::string> words_of(const Call& call, const CallSignature* signature, const CallMemory& memory) {
  std::vector<std::string> out;
  out.reserve(call.arguments.size());
  Registers registers(call);
  if (signature == nullptr) {
    for (std::size_t i = 0; i < call.arguments.size(); ++i) out.push_back("0x" + hex(registers.take(flags)));
    return out;
  }
  std::uint64_t before = 0;
  for (const auto kind : signature->arguments) {
    if (kind == none || (kind == open_mode && !makes_file(before))) break;
    const auto value = registers.take(kind);
    out.push_back(word(memory, call.table, kind, value, registers.peek()));
    before = value;
  }
  return out;
}

// Of calls that a signal's handler has cut short the kernel keeps these to itself (include/linux/errno.h).
std::string_view restart_name(int number) {
  switch (number) {
    case 512:
      return "ERESTARTSYS";
    case 513:
      return "ERESTARTNOINTR";
    case 514:
      return "ERESTARTNOHAND";
    case 516:
      return "ERESTART_RESTARTBLOCK";
    default:
      return {};
  }
}

std::optional<std::string> failure(std::int64_t result) {
  constexpr std::int64_t last_error = 4095;  // include/linux/err.h: MAX_ERRNO
  if (result >= 0 || result < -last_error) return std::nullopt;
  const auto number = static_cast<int>(-result);
  if (const auto restart = restart_name(number); !restart.empty())
    return "? " + std::string(restart) + " (interrupted; may be made again)";
  const auto name = error_name(number);
  if (name.empty()) return "-1 errno " + std::to_string(number);
  return "-1 " + std::string(name) + " (" + std::generic_category().message(number) + ")";
}

std::string success(CallResult kind, std::uint64_t result) {
  switch (kind) {
    case CallResult::number:
      return std::to_string(static_cast<std::int64_t>(result));
    case CallResult::pointer:
      return call_value::pointer(result);
    case CallResult::octal:
      return call_value::octal(result);
  }
  return {};
}

}  // namespace

CallText::CallText(const Call& call, const CallMemory& memory)
    : call_(call), signature_(signature_of(call)), words_(words_of(call, signature_, memory)) {}

std::string CallText::begin(const std::vector<std::string>& words) const {
  auto out = call_name(call_.table, call_.number) + "(";
  for (std::size_t i = 0; i < words.size(); ++i) out += (i == 0 ? "" : ", ") + words[i];
  return out;
}

std::string CallText::returned(std::uint64_t result, const CallMemory& memory) const {
  const bool narrow = call_.table == CallTable::i386;
  const auto value = narrow ? static_cast<std::int32_t>(result) : static_cast<std::int64_t>(result);
  const auto failed = failure(value);
  const auto unsigned_value = narrow ? result & 0xffffffff : result;
  auto words = words_;
  if (signature_ != nullptr && !failed) {
    Registers registers(call_);
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto kind = signature_->arguments[i];
      const auto argument = registers.take(kind);
      if (is_filled(kind)) words[i] = filled(memory, kind, argument, unsigned_value);
    }
  }
  const auto kind = signature_ == nullptr ? CallResult::number : signature_->result;
  return begin(words) + ") = " +
         (failed ? *failed
                 : success(kind, kind == CallResult::number ? static_cast<std::uint64_t>(value) : unsigned_value));
}

std::string CallText::unfinished() const { return begin(words_) + " <unfinished ...>"; }

std::string CallText::without_return() const { return begin(words_) + ") = ?"; }

}  // namespace stub::inspect
