#include "stub/inspect/module_elf.hpp"

#include <gelf.h>
#include <lzma.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace stub::inspect {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
// Smaller files are read, larger ones mapped: one that is truncated while it is mapped would end us by SIGBUS.
constexpr std::uint64_t largest_read = 64 * mebibyte;
// What may come out of a file's compressed parts.
constexpr std::uint64_t most_unpacked = 1024 * mebibyte;
constexpr std::uint64_t most_packed_symbols = 16 * mebibyte, most_symbols = 128 * mebibyte;

bool is_for(Elf* elf, arch::Machine machine) {
  GElf_Ehdr header;
  if (elf_kind(elf) != ELF_K_ELF || gelf_getehdr(elf, &header) == nullptr) return false;
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return false;
  const bool wide = machine == arch::Machine::amd64;
  return header.e_machine == (wide ? EM_X86_64 : EM_386) && gelf_getclass(elf) == (wide ? ELFCLASS64 : ELFCLASS32);
}

// "ZLIB" and the size, big-endian: how GNU binutils compressed sections before there was SHF_COMPRESSED.
std::uint64_t size_of_zdebug(Host& host, int descriptor, const GElf_Shdr& section) {
  constexpr std::size_t head = 12;
  const auto bytes = host.read(descriptor, head, section.sh_offset).value_or(Bytes{});
  if (bytes.size() < head) return 0;
  std::uint64_t size = 0;
  for (std::size_t i = 4; i < head; ++i) size = size << 8U | bytes[i];
  return size;
}

// How much an xz stream holds; most_symbols + 1 where that is more, or cannot be told.
std::uint64_t unpacked_size(ByteView packed) {
  lzma_stream stream = LZMA_STREAM_INIT;
  std::array<std::uint8_t, 65536> piece{};
  if (lzma_stream_decoder(&stream, most_symbols, 0) != LZMA_OK) return most_symbols + 1;
  stream.next_in = packed.data();
  stream.avail_in = packed.size();
  auto state = LZMA_OK;
  while (state == LZMA_OK && stream.total_out <= most_symbols) {
    stream.next_out = piece.data();
    stream.avail_out = piece.size();
    state = lzma_code(&stream, LZMA_FINISH);
  }
  const auto size = state == LZMA_STREAM_END ? stream.total_out : most_symbols + 1;
  lzma_end(&stream);
  return size;
}

bool has_reasonable_symbols(Host& host, int descriptor, const GElf_Shdr& section) {
  if (section.sh_size > most_packed_symbols) return false;
  Bytes packed;
  while (packed.size() < section.sh_size) {
    const auto more = host.read(descriptor, section.sh_size - packed.size(), section.sh_offset + packed.size());
    if (!more || more->empty()) return false;
    packed.insert(packed.end(), more->begin(), more->end());
  }
  return unpacked_size(packed) <= most_symbols;
}

// libelf and libdwfl unpack whatever they find, into memory.
bool is_reasonable(Host& host, int descriptor, Elf* elf) {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return true;
  std::uint64_t unpacked = 0;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    GElf_Chdr packed;
    if (gelf_getshdr(section, &header) == nullptr) continue;
    const char* text = elf_strptr(elf, names, header.sh_name);
    const std::string_view name = text == nullptr ? "" : text;
    std::uint64_t size = 0;
    if ((header.sh_flags & SHF_COMPRESSED) != 0 && gelf_getchdr(section, &packed) != nullptr) size = packed.ch_size;
    if (name.starts_with(".zdebug")) size = size_of_zdebug(host, descriptor, header);
    if (size > most_unpacked - unpacked) return false;
    unpacked += size;
    if (name == ".gnu_debugdata" && !has_reasonable_symbols(host, descriptor, header)) return false;
  }
  return true;
}

}  // namespace

Elf* open_module_elf(Host& host, int descriptor, arch::Machine machine) {
  elf_version(EV_CURRENT);
  const auto status = host.status(descriptor);
  const bool large = status && status->size > largest_read;
  auto* elf = elf_begin(descriptor, large ? ELF_C_READ_MMAP : ELF_C_READ, nullptr);
  if (elf == nullptr || (is_for(elf, machine) && is_reasonable(host, descriptor, elf))) return elf;
  elf_end(elf);
  return nullptr;
}

}  // namespace stub::inspect
