#include "protocol/little_endian.hpp"
#include "stub/arch/architecture.hpp"

namespace stub::arch {
namespace {

// The System V ABI, "ELF Header".
constexpr std::size_t class_at = 4, machine_at = 18, least_size = 20;
constexpr std::uint8_t class_32 = 1, class_64 = 2;
constexpr unsigned em_386 = 3, em_x86_64 = 62;

// e_shoff (of `word` bytes), e_shentsize, and e_shnum behind that.
struct SectionHeaderFields {
  std::size_t offset_at, word, entry_size_at;
};
constexpr SectionHeaderFields fields_32{0x20, 4, 0x2e}, fields_64{0x28, 8, 0x3a};

}  // namespace

Machine machine_of(ByteView header) {
  constexpr std::array<std::uint8_t, 4> magic = {0x7f, 'E', 'L', 'F'};
  if (header.size() < least_size) return Machine::other;
  for (std::size_t i = 0; i < magic.size(); ++i)
    if (header[i] != magic[i]) return Machine::other;
  const unsigned machine = header[machine_at] | static_cast<unsigned>(header[machine_at + 1]) << 8;
  const auto file_class = header[class_at];
  if (machine == em_x86_64 && file_class == class_64) return Machine::amd64;
  if (machine == em_x86_64 && file_class == class_32) return Machine::x32;
  if (machine == em_386 && file_class == class_32) return Machine::i386;
  return Machine::other;
}

std::string_view machine_name(Machine machine) {
  switch (machine) {
    case Machine::amd64:
      return "x86-64";
    case Machine::i386:
      return "i386";
    case Machine::x32:
      return "x32";
    case Machine::other:
      return "not an x86 ELF";
  }
  return "unknown";
}

std::string_view triple_of(Machine machine) {
  switch (machine) {
    case Machine::amd64:
      return triple_amd64;
    case Machine::i386:
      return triple_i386;
    case Machine::x32:
    case Machine::other:
      return {};
  }
  return {};
}

std::optional<std::uint64_t> end_of_section_headers(ByteView header) {
  if (header.size() <= class_at) return std::nullopt;
  const auto& fields = header[class_at] == class_32 ? fields_32 : fields_64;
  if (header.size() < fields.entry_size_at + 4) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) { return from_little_endian(header.subspan(at, size)); };
  const auto offset = number(fields.offset_at, fields.word);
  if (offset == 0) return std::nullopt;
  return offset + number(fields.entry_size_at, 2) * number(fields.entry_size_at + 2, 2);
}

}  // namespace stub::arch
