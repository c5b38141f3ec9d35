#include "stub/inspect/core_headers.hpp"

#include <array>
#include <limits>

#include "protocol/little_endian.hpp"

namespace stub::inspect {
namespace {

// elf.h
constexpr std::uint8_t class_32 = 1, class_64 = 2, little_endian = 1, current_version = 1;
constexpr std::uint16_t type_core = 4, pn_xnum = 0xffff;
constexpr std::uint32_t pt_load = 1, pt_note = 4, pf_x = 1, pf_w = 2, pf_r = 4;
constexpr std::uint64_t page_size = 4096;

constexpr std::uint64_t page_end(std::uint64_t at) { return (at + page_size - 1) / page_size * page_size; }

struct ProgramHeader {
  std::uint32_t type = 0, flags = 0;
  std::uint64_t offset = 0, address = 0, file_size = 0, memory_size = 0, alignment = 0;
};

// Where the two classes differ: the width of addresses, and the place of a program header's flags.
class Writer {
 public:
  explicit Writer(std::size_t word) : word_(word) {}

  [[nodiscard]] std::size_t header_size() const { return word_ == 8 ? 64 : 52; }
  [[nodiscard]] std::size_t program_header_size() const { return word_ == 8 ? 56 : 32; }
  [[nodiscard]] std::size_t section_header_size() const { return word_ == 8 ? 64 : 40; }

  void reserve(std::size_t size) { bytes_.reserve(size); }
  void half(std::uint64_t value) { number(value, 2); }
  void whole(std::uint64_t value) { number(value, 4); }
  void address(std::uint64_t value) { number(value, word_); }

  void elf_header(std::uint16_t machine, std::uint64_t program_headers);
  void program_header(const ProgramHeader& header);
  void count_of_program_headers(std::uint64_t count);
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  void number(std::uint64_t value, std::size_t size) {
    const auto bytes = to_little_endian(value, size);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  std::size_t word_;
  Bytes bytes_;
};

// Their number has 16 bits; where that is too few, the first section header has it, which is there for this only.
void Writer::elf_header(std::uint16_t machine, std::uint64_t program_headers) {
  const bool many = program_headers >= pn_xnum;
  const auto behind = header_size() + program_headers * program_header_size();
  bytes_ = {0x7f, 'E', 'L', 'F', word_ == 8 ? class_64 : class_32, little_endian, current_version};
  bytes_.resize(16);
  half(type_core);
  half(machine);
  whole(current_version);
  address(0);  // e_entry
  address(header_size());
  address(many ? behind : 0);
  whole(0);  // e_flags
  half(header_size());
  half(program_header_size());
  half(many ? pn_xnum : program_headers);
  half(many ? section_header_size() : 0);
  half(many ? 1 : 0);
  half(0);  // e_shstrndx
}

void Writer::program_header(const ProgramHeader& header) {
  whole(header.type);
  if (word_ == 8) whole(header.flags);
  address(header.offset);
  address(header.address);
  address(0);  // p_paddr
  address(header.file_size);
  address(header.memory_size);
  if (word_ == 4) whole(header.flags);
  address(header.alignment);
}

void Writer::count_of_program_headers(std::uint64_t count) {
  whole(0);  // sh_name
  whole(0);  // SHT_NULL
  for (int member = 0; member < 3; ++member) address(0);
  address(1);  // sh_size: section headers
  whole(0);    // sh_link
  whole(count);
  address(0);
  address(0);
}

ProgramHeader header_of(const CoreSegment& segment, std::uint64_t offset) {
  const auto& region = segment.region;
  const auto flags = (region.readable ? pf_r : 0) | (region.writable ? pf_w : 0) | (region.executable ? pf_x : 0);
  return {.type = pt_load,
          .flags = flags,
          .offset = offset,
          .address = region.start.value,
          .file_size = segment.in_file,
          .memory_size = region.end - region.start,
          .alignment = page_size};
}

}  // namespace

Result<CoreHeaders> core_headers(const arch::Architecture& architecture, std::size_t notes,
                                 const std::vector<CoreSegment>& segments) {
  Writer out(architecture.pointer_size);
  const auto count = segments.size() + 1;
  auto size = out.header_size() + count * out.program_header_size();
  if (count >= pn_xnum) size += out.section_header_size();
  CoreHeaders headers;
  headers.memory_at = headers.file_size = page_end(size + notes);
  out.reserve(size);
  out.elf_header(architecture.elf_machine, count);
  out.program_header({.type = pt_note, .offset = size, .file_size = notes, .alignment = 4});
  for (const auto& segment : segments) {
    out.program_header(header_of(segment, headers.file_size));
    headers.file_size += segment.in_file;
  }
  if (count >= pn_xnum) out.count_of_program_headers(count);
  if (architecture.pointer_size == 4 && headers.file_size > std::numeric_limits<std::uint32_t>::max())
    return fail(Errc::unsupported,
                "the core would be longer than 4 GiB, which no 32-bit core can be: see core(5) for "
                "/proc/PID/coredump_filter");
  headers.bytes = out.take();
  return headers;
}

}  // namespace stub::inspect
