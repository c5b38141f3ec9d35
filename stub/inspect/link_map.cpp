#include "stub/inspect/link_map.hpp"

#include "protocol/cursor.hpp"
#include "stub/inspect/debuggee_memory.hpp"
#include "stub/inspect/dynamic_section.hpp"
#include "stub/inspect/program_headers.hpp"

namespace stub::inspect {
namespace {

// However broken the debuggee's lists are, reading them ends.
constexpr int most_libraries = 100'000, most_namespaces = 64;

// Where the dynamic linker has moved the program to, it moved its headers too.
Result<Address> dynamic_section(const MemoryReader& in) {
  const auto program = TRY(program_headers(in));
  const auto* dynamic = program.find(pt_dynamic);
  if (dynamic == nullptr) return fail(Errc::unsupported, "the program is linked statically");
  const auto* own = program.find(pt_phdr);
  const auto bias = own == nullptr ? 0 : program.place.value - own->address;
  return Address{dynamic->address + bias};
}

// The dynamic linker puts the address of its struct r_debug into the program's DT_DEBUG.
Result<Address> find_r_debug(const MemoryReader& in) {
  const auto place = TRY(dynamic_section(in));
  const auto section = TRY(DynamicSection::read(in, place));
  const auto r_debug = section.value(dt_debug);
  if (!r_debug) return fail(Errc::unsupported, "the program has no dynamic linker");
  if (*r_debug == 0) return fail(Errc::end_of_list, "the dynamic linker has not run yet: Invalid r_debug address");
  return Address{*r_debug};
}

struct Node {
  Library library;
  Address next, previous;
};

// struct link_map: l_addr, l_name, l_ld, l_next, l_prev.
Result<Node> read_node(const MemoryReader& in, Address at, Address name_space) {
  Node node;
  node.library.link_map = at;
  node.library.load_bias = TRY(in.pointer(at));
  const auto name = TRY(in.pointer(at + in.word_size()));
  node.library.dynamic = TRY(in.pointer(at + 2 * in.word_size()));
  node.next = TRY(in.pointer(at + 3 * in.word_size()));
  node.previous = TRY(in.pointer(at + 4 * in.word_size()));
  node.library.name = in.text(name).value_or("");
  node.library.name_space = name_space;
  return node;
}

enum class First : std::uint8_t { is_main_program, is_library };

// A node whose back link is wrong is being changed just now: the list ends there.
void append_chain(const MemoryReader& in, Address start, Address previous, Address name_space, First first,
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
  const auto in = TRY(MemoryReader::of(target, pid));
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
    append_chain(in, TRY(in.pointer(r_debug + in.word_size())), {}, r_debug, first, list);
    if (version < 2) break;
    r_debug = TRY(in.pointer(r_debug + 5 * in.word_size()));
    first = First::is_library;
  }
  return list;
}

}  // namespace stub::inspect
