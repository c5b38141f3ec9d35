#include "stub/inspect/program_headers.hpp"

#include <algorithm>

#include "stub/arch/auxiliary_vector.hpp"

namespace stub::inspect {
namespace {

// However broken they are, reading them ends.
constexpr std::uint64_t most_headers = 1024;

constexpr std::uint64_t elf_magic = 0x464c457f;  // "\x7f" "ELF"

// Where fields lie in files of 32 and of 64 bits (elf.h).
struct HeaderLayout {
  std::uint64_t address, size, alignment;  // Elf32_Phdr, Elf64_Phdr: p_vaddr, p_memsz, p_align
};
constexpr HeaderLayout header_32{8, 20, 28}, header_64{16, 40, 48};
struct FileLayout {
  std::uint64_t table, entry_size, entries;  // Elf32_Ehdr, Elf64_Ehdr: e_phoff, e_phentsize, e_phnum
};
constexpr FileLayout file_32{28, 42, 44}, file_64{32, 54, 56};

bool wide(const MemoryReader& in) { return in.word_size() == 8; }

Result<ProgramHeader> read_header(const MemoryReader& in, Address at) {
  const auto& layout = wide(in) ? header_64 : header_32;
  ProgramHeader header;
  header.type = static_cast<std::uint32_t>(TRY(in.number(at, 4)));
  header.address = TRY(in.word(at + layout.address));
  header.size = TRY(in.word(at + layout.size));
  header.alignment = TRY(in.word(at + layout.alignment));
  return header;
}

Result<ProgramHeaders> read_headers(const MemoryReader& in, Address place, std::uint64_t size, std::uint64_t count) {
  ProgramHeaders out{place, {}};
  count = std::min(count, most_headers);
  out.headers.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) out.headers.push_back(TRY(read_header(in, place + i * size)));
  return out;
}

Result<std::uint64_t> required_auxv(const MemoryReader& in, std::uint64_t type) {
  const auto value = TRY(in.auxv(type));
  if (!value) return fail(Errc::unsupported, "the auxiliary vector has no program headers");
  return *value;
}

}  // namespace

const ProgramHeader* ProgramHeaders::find(std::uint32_t type) const {
  const auto it = std::ranges::find(headers, type, &ProgramHeader::type);
  return it == headers.end() ? nullptr : &*it;
}

Result<ProgramHeaders> program_headers(const MemoryReader& in) {
  const Address place{TRY(required_auxv(in, arch::at_phdr))};
  const auto size = TRY(required_auxv(in, arch::at_phent));
  const auto count = TRY(required_auxv(in, arch::at_phnum));
  return read_headers(in, place, size, count);
}

Result<ProgramHeaders> program_headers_of_file(const MemoryReader& in, Address elf_header) {
  const auto magic = TRY(in.number(elf_header, 4));
  if (magic != elf_magic) return fail(Errc::unsupported, "there is no ELF header at the beginning of a library");
  const auto& layout = wide(in) ? file_64 : file_32;
  const auto table = TRY(in.word(elf_header + layout.table));
  const auto size = TRY(in.number(elf_header + layout.entry_size, 2));
  const auto count = TRY(in.number(elf_header + layout.entries, 2));
  return read_headers(in, elf_header + table, size, count);
}

}  // namespace stub::inspect
