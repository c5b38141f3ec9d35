#include "stub/arch/core_layout.hpp"

#include <algorithm>
#include <cctype>

#include "protocol/little_endian.hpp"

namespace stub::arch {
namespace {

constexpr std::size_t name_size = 16, arguments_size = 80;  // elfcore.h, pr_fname and ELF_PRARGSZ

// A C structure, member after member, each at a multiple of its size.
class Structure {
 public:
  void number(std::uint64_t value, std::size_t size) {
    align(size);
    append(to_little_endian(value, size));
  }
  void integer(std::int32_t value) { number(static_cast<std::uint32_t>(value), 4); }
  void append(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  // Cut to fit, and always ended by a NUL.
  void text(std::string_view text, std::size_t size) {
    append(as_bytes(text.substr(0, size - 1)));
    bytes_.resize(bytes_.size() + size - std::min(text.size(), size - 1));
  }
  void align(std::size_t size) { bytes_.resize((bytes_.size() + size - 1) / size * size); }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// fs/binfmt_elf.c, fill_psinfo: the bit of the state that is set, and its letter.
std::uint8_t state_number(char state) {
  constexpr std::string_view letters = "RSDTZW";
  const auto at = letters.find(state);
  return static_cast<std::uint8_t>(at == std::string_view::npos ? letters.size() : at);
}

}  // namespace

Bytes core_prstatus(const Architecture& architecture, const CoreThread& thread, ByteView general) {
  constexpr std::uint64_t million = 1000000;
  const auto word = architecture.pointer_size;
  Structure out;
  for (const auto value : {thread.signal, thread.code, 0}) out.integer(value);  // the error number is never set
  out.number(static_cast<std::uint32_t>(thread.signal), 2);
  out.number(thread.pending, word);
  out.number(thread.blocked, word);
  for (const auto value : {thread.number, thread.parent, thread.group, thread.session}) out.integer(value);
  for (const auto time : thread.microseconds) {
    out.number(time / million, word);
    out.number(time % million, word);
  }
  out.append(general);
  out.integer(1);  // pr_fpvalid
  out.align(word);
  return out.take();
}

std::size_t core_prstatus_size(const Architecture& architecture) {
  return core_prstatus(architecture, {}, Bytes(architecture.sets[0].size)).size();
}

// The user's number is 16 bits wide where the word is 32 (asm/compat.h, __compat_uid_t).
Bytes core_prpsinfo(const Architecture& architecture, const CoreProcess& process) {
  const auto word = architecture.pointer_size;
  const auto state = static_cast<char>(std::toupper(static_cast<unsigned char>(process.state)));
  Structure out;
  out.number(state_number(state), 1);
  out.number(static_cast<std::uint8_t>(state), 1);
  out.number(state == 'Z' ? 1 : 0, 1);
  out.number(static_cast<std::uint8_t>(process.nice), 1);
  out.number(process.flags, word);
  out.number(process.user, word / 2);
  out.number(process.group_of_user, word / 2);
  for (const auto value : {process.number, process.parent, process.group, process.session}) out.integer(value);
  out.text(process.name, name_size);
  out.text(process.arguments, arguments_size);
  out.align(word);
  return out.take();
}

}  // namespace stub::arch
