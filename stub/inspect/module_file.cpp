#include "stub/inspect/module_file.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/little_endian.hpp"
#include "stub/arch/architecture.hpp"

namespace stub::inspect {
namespace {

// System V ABI, "ELF Header" and "Program Header"; elf.h, PT_NOTE and NT_GNU_BUILD_ID.
constexpr std::uint64_t header_size = 64;
constexpr std::uint64_t pt_note = 4, build_id_type = 3;

// Where things are in files of either class; `word` is the size of an offset.
struct Shape {
  std::size_t word, headers_at, entry_size_at, count_at;  // in the ELF header
  std::size_t offset_at, size_at;                         // in a program header
};
constexpr Shape shape_32{4, 0x1c, 0x2a, 0x2c, 0x04, 0x10}, shape_64{8, 0x20, 0x36, 0x38, 0x08, 0x20};

std::uint64_t field(ByteView bytes, std::size_t at, std::size_t size) {
  return at + size <= bytes.size() ? from_little_endian(bytes.subspan(at, size)) : 0;
}

std::uint64_t padded(std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; }

// Notes: sizes of name and contents, a type, the name, the contents, each padded to 4 bytes.
ByteView build_id_in(ByteView notes) {
  constexpr std::uint64_t head = 12;
  while (notes.size() >= head) {
    const auto name_size = field(notes, 0, 4), size = field(notes, 4, 4), type = field(notes, 8, 4);
    const auto begin = head + padded(name_size), end = begin + size;
    if (end > notes.size()) return {};
    const bool gnu = name_size == 4 && std::ranges::equal(notes.subspan(head, 4), std::string_view("GNU\0", 4));
    if (gnu && type == build_id_type) return notes.subspan(begin, size);
    notes = notes.subspan(std::min<std::uint64_t>(notes.size(), begin + padded(size)));
  }
  return {};
}

Result<Bytes> build_id_of(Host& host, int file, ByteView header, const Shape& shape) {
  constexpr std::uint64_t most = 65536;  // bytes of headers or notes: no linker makes so many
  const auto entry = field(header, shape.entry_size_at, 2);
  const auto length = std::min(most, entry * field(header, shape.count_at, 2));
  const auto headers = TRY(host.read(file, length, field(header, shape.headers_at, shape.word)));
  for (std::uint64_t at = 0; entry != 0 && at + entry <= headers.size(); at += entry) {
    const auto row = ByteView(headers).subspan(at, entry);
    if (field(row, 0, 4) != pt_note) continue;
    const auto size = std::min(most, field(row, shape.size_at, shape.word));
    const auto notes = TRY(host.read(file, size, field(row, shape.offset_at, shape.word)));
    const auto id = build_id_in(notes);
    if (!id.empty()) return Bytes(id.begin(), id.end());
  }
  return Bytes{};
}

Result<ModuleFile> described(Host& host, int file) {
  const auto status = TRY(host.status(file));
  const auto header = TRY(host.read(file, header_size, 0));
  const auto machine = arch::machine_of(header);
  const auto triple = arch::triple_of(machine);
  if (triple.empty()) return fail(Errc::unsupported, "not a program for this machine");
  const auto& shape = machine == arch::Machine::i386 ? shape_32 : shape_64;
  auto build_id = TRY(build_id_of(host, file, header, shape));
  return ModuleFile{.triple = std::string(triple), .build_id = std::move(build_id), .size = status.size};
}

}  // namespace

Result<ModuleFile> module_file(Host& host, Host::Root root, const std::string& path) {
  const auto file = TRY(host.open(root, path, 0, 0));
  auto out = described(host, file);
  static_cast<void>(host.close(file));
  return out;
}

}  // namespace stub::inspect
