#include "stub/inspect/link_map.hpp"

#include "protocol/cursor.hpp"
#include "stub/arch/auxiliary_vector.hpp"
#include "stub/inspect/debuggee_memory.hpp"

namespace stub::inspect {
namespace {

// elf.h
constexpr std::uint32_t pt_dynamic = 2, pt_phdr = 6;
constexpr std::uint64_t dt_null = 0, dt_debug = 21;

// However broken the debuggee's lists are, reading them ends.
constexpr int most_libraries = 100'000, most_namespaces = 64, most_entries = 4096;
constexpr std::uint64_t most_headers = 1024;

// Reads the fields of link.h's structures of 64-bit programs, by their place.
class Reader {
 public:
  Reader(Target& target, Pid pid) : target_(target), pid_(pid) {}

  [[nodiscard]] Result<Address> pointer(Address address) const {
    return Address{TRY(read_number(target_, pid_, address, word))};
  }
  [[nodiscard]] Result<std::uint64_t> number(Address address, std::size_t size) const {
    return read_number(target_, pid_, address, size);
  }
  [[nodiscard]] std::string text(Address address) const { return read_text(target_, pid_, address).value_or(""); }
  [[nodiscard]] Result<std::uint64_t> auxv(std::uint64_t type) const {
    const auto value = TRY(auxv_value(target_, pid_, type));
    if (!value) return fail(Errc::unsupported, "the auxiliary vector has no program headers");
    return *value;
  }

  static constexpr std::size_t word = 8;

 private:
  Target& target_;
  Pid pid_;
};

// Elf64_Phdr: p_type at 0, p_vaddr at 16.
Result<Address> dynamic_section(const Reader& in) {
  const Address headers{TRY(in.auxv(arch::at_phdr))};
  const auto size = TRY(in.auxv(arch::at_phent));
  const auto count = TRY(in.auxv(arch::at_phnum));
  std::optional<std::uint64_t> dynamic;
  std::uint64_t bias = 0;
  for (std::uint64_t i = 0; i < std::min(count, most_headers); ++i) {
    const auto header = headers + i * size;
    const auto type = TRY(in.number(header, 4));
    const auto address = TRY(in.number(header + 16, Reader::word));
    if (type == pt_phdr) bias = headers.value - address;
    if (type == pt_dynamic) dynamic = address;
  }
  if (!dynamic) return fail(Errc::unsupported, "the program is linked statically");
  return Address{*dynamic + bias};
}

// The dynamic linker puts the address of its struct r_debug into the program's DT_DEBUG.
Result<Address> find_r_debug(const Reader& in) {
  auto entry = TRY(dynamic_section(in));
  for (int i = 0; i < most_entries; ++i, entry = entry + 2 * Reader::word) {
    const auto tag = TRY(in.number(entry, Reader::word));
    if (tag == dt_null) break;
    if (tag != dt_debug) continue;
    const auto r_debug = TRY(in.pointer(entry + Reader::word));
    if (r_debug.value == 0)
      return fail(Errc::end_of_list, "the dynamic linker has not run yet: Invalid r_debug address");
    return r_debug;
  }
  return fail(Errc::unsupported, "the program has no dynamic linker");
}

struct Node {
  Library library;
  Address next, previous;
};

// struct link_map: l_addr, l_name, l_ld, l_next, l_prev.
Result<Node> read_node(const Reader& in, Address at, Address name_space) {
  Node node;
  node.library.link_map = at;
  node.library.load_bias = TRY(in.pointer(at));
  const auto name = TRY(in.pointer(at + Reader::word));
  node.library.dynamic = TRY(in.pointer(at + 2 * Reader::word));
  node.next = TRY(in.pointer(at + 3 * Reader::word));
  node.previous = TRY(in.pointer(at + 4 * Reader::word));
  node.library.name = in.text(name);
  node.library.name_space = name_space;
  return node;
}

enum class First : std::uint8_t { is_main_program, is_library };

// A node whose back link is wrong is being changed just now: the list ends there.
void append_chain(const Reader& in, Address start, Address previous, Address name_space, First first,
                  LibraryList& list) {
  for (auto at = start; at.value != 0 && list.libraries.size() < most_libraries;) {
    auto node = read_node(in, at, name_space);
    if (!node || node->previous != previous) return;
    const bool main_program = first == First::is_main_program && previous.value == 0;
    if (main_program) list.main_link_map = at;
    // Nameless ones (the main program of another namespace) cannot be loaded by anyone.
    if (!main_program && !node->library.name.empty()) list.libraries.push_back(std::move(node->library));
    previous = at;
    at = node->next;
  }
}

}  // namespace

LibraryAnnex parse_library_annex(std::string_view annex) {
  LibraryAnnex out;
  Cursor in(annex);
  while (!in.done()) {
    Cursor pair(in.until(';'));
    const auto key = pair.until('=');
    const auto value = pair.address();
    if (key == "start") out.start = value;
    if (key == "prev") out.previous = value;
    if (key == "lmid") out.name_space = value;
  }
  return out;
}

// struct r_debug: r_version, r_map, r_brk, r_state, r_ldbase; from version 2 on r_next, the next namespace's.
Result<LibraryList> read_libraries(Target& target, Pid pid, const LibraryAnnex& annex) {
  const Reader in(target, pid);
  LibraryList list;
  if (annex.start && annex.start->value != 0) {
    append_chain(in, *annex.start, annex.previous.value_or(Address{}), annex.name_space.value_or(Address{}),
                 First::is_library, list);
    return list;
  }
  auto r_debug = TRY(find_r_debug(in));
  auto first = First::is_main_program;
  for (int i = 0; i < most_namespaces && r_debug.value != 0; ++i) {
    const auto version = TRY(in.number(r_debug, 4));
    append_chain(in, TRY(in.pointer(r_debug + Reader::word)), {}, r_debug, first, list);
    if (version < 2) break;
    r_debug = TRY(in.pointer(r_debug + 5 * Reader::word));
    first = First::is_library;
  }
  return list;
}

}  // namespace stub::inspect
