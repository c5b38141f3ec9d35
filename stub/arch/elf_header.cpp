#include "stub/arch/architecture.hpp"

namespace stub::arch {
namespace {

// The System V ABI, "ELF Header".
constexpr std::size_t class_at = 4, machine_at = 18, least_size = 20;
constexpr std::uint8_t class_32 = 1, class_64 = 2;
constexpr unsigned em_386 = 3, em_x86_64 = 62;

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

}  // namespace stub::arch
