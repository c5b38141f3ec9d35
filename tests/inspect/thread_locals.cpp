// Two C libraries' bookkeeping of thread-local variables, built by hand in a fake debuggee's memory.
#include "stub/inspect/thread_locals.hpp"

#include "protocol/little_endian.hpp"
#include "tests/support/laid_out_memory.hpp"

using namespace stub;
using namespace stub::test;

namespace {

constexpr std::uint64_t headers = 0x404000, libc_file = 0x4040c0, library_file = 0x404140, program_dynamic = 0x4041c0,
                        r_debug = 0x4041e0, main_map = 0x404210, libc_map = 0x404250, library_map = 0x404290,
                        paths = 0x4042d0, libc_dynamic = 0x404300, hashes = 0x404340, symbols = 0x4043a0,
                        descriptors = 0x404500, names = 0x404600, rtld_global = 0x404980, slots = 0x4049a0,
                        more_slots = 0x4049e0, table = 0x404a40, thread_pointer = 0x404b00;
constexpr std::uint64_t unallocated = ~std::uint64_t{0};

// A program with libc and a library; all three have thread-local variables.
struct Debuggee : LaidOutMemory {
  Debuggee() {
    set_auxv(as_memory({3, headers, 4, 56, 5, 3, 0, 0}));
    put(headers, {6 /* PT_PHDR */, 0, 0});
    put(headers + 56, {2 /* PT_DYNAMIC */, 0, program_dynamic - headers});
    put(headers + 112, {7 /* PT_TLS */, 0, 0, 0, 4, 0x44, 0x40});
    put(program_dynamic, {21 /* DT_DEBUG */, r_debug, 0});
    put(r_debug, {1, main_map, 0, 0, 0});
    put(main_map, {headers, paths + 40, 0, libc_map, 0});
    put(libc_map, {libc_file, paths, libc_dynamic, library_map, main_map});
    put(library_map, {library_file, paths + 16, 0, 0, libc_map});
    put_text(paths, "libc");
    put_text(paths + 16, "library");
    put(libc_dynamic, {5, names, 6, symbols, 0x6ffffef5, hashes, 0});
    put_register(thread_pointer);
  }

  void put_register(std::uint64_t value) {
    CHECK(write_register({Pid{1}, Tid{1}}, *plain_amd64().thread_pointer, to_little_endian(value, 8)));
  }

  // libc's symbols, all of them in one bucket.
  void put_symbols(const std::vector<std::pair<std::string, std::uint64_t>>& exported) {
    Words chain = {1, 1, 1, 6, 0, 0, 1};
    std::uint64_t name = names + 1, symbol = symbols + 24;
    for (const auto& [text, address] : exported) {
      std::uint32_t hash = 5381;
      for (const char c : text) hash = hash * 33 + static_cast<std::uint8_t>(c);
      chain.push_back(&text == &exported.back().first ? hash | 1 : hash & ~1U);
      put_text(name, text);
      put(symbol, {std::uint64_t{7} << 48 | (name - names), address - libc_file, 8});
      name += text.size() + 1;
      symbol += 24;
    }
    put(hashes, chain, 4);
  }

  [[nodiscard]] Result<Address> find(std::uint64_t link_map, std::uint64_t offset = 0x10) {
    return inspect::find_thread_local(*this, {Pid{1}, Tid{1}}, {Address{link_map}, offset});
  }
  [[nodiscard]] std::string why_not(std::uint64_t link_map) {
    const auto found = find(link_map);
    return found ? "found" : found.error().text;
  }
};

// glibc: module 2 is libc, 5 the library; the first list of slots has room for 3.
struct Glibc : Debuggee {
  Glibc() {
    std::vector<std::pair<std::string, std::uint64_t>> exported = {{"__nptl_rtld_global", rtld_global + 24}};
    auto place = descriptors;
    const auto field = [&](const std::string& name, std::uint64_t bits, std::uint64_t offset) {
      exported.emplace_back("_thread_db_" + name, place);
      put(place, {bits, 1, offset}, 4);
      place += 12;
    };
    field("link_map_l_tls_modid", 64, 40);
    field("link_map_l_tls_offset", 64, 48);
    field("pthread_dtvp", 64, 8);
    field("dtv_dtv", 128, 0);
    field("dtv_t_pointer_val", 64, 0);
    field("dtv_t_counter", 64, 0);
    field("rtld_global__dl_tls_dtv_slotinfo_list", 64, 16);
    field("dtv_slotinfo_list_len", 64, 0);
    field("dtv_slotinfo_list_next", 64, 8);
    field("dtv_slotinfo_list_slotinfo", 128, 16);
    field("dtv_slotinfo_gen", 64, 0);
    field("dtv_slotinfo_map", 64, 8);
    put_symbols(exported);
    put(rtld_global, {0, 0, slots, rtld_global});
    put(slots, {3, more_slots, 0, 0, 0, main_map, 0, libc_map});
    put(more_slots, {3, 0, 0, 0, 0, 0, 4, library_map});
    put(libc_map + 40, {2, 0x80});
    put(library_map + 40, {5, unallocated});
    put(thread_pointer, {thread_pointer, table});
    put(table, {4, 0, 0x1000, 0, 0x2000, 0, 0, 0, 0, 0, 0x5000, 0});
  }
};

// musl: no field has a name; the program, libc's neighbour and nobody else have variables.
struct Musl : Debuggee {
  Musl() {
    put_symbols({{"__dls3", libc_file}});
    put_file(libc_file, 1);
    put_file(library_file, 7);
    put(thread_pointer, {thread_pointer, table});
    put(table, {2, 0x1000, 0x5000});
  }
  void put_file(std::uint64_t file, std::uint64_t type) {
    put(file, {0x00010102464c457f, 0, 0x00000001003e0003, 0, 64, 0, 0x0038004000000000, 1});
    put(file + 64, {type, 0, 0, 0, 0, 0, 0});
  }
};

constexpr auto not_allocated = "the library's thread-local variables are not yet allocated in this thread";

}  // namespace

TEST_CASE("a program's variables end at the thread pointer, aligned, whatever the C library is") {
  Debuggee debuggee;
  CHECK(debuggee.find(main_map).value() == Address{thread_pointer - 0x80 + 0x10});
  CHECK(debuggee.find(0).value() == Address{thread_pointer - 0x80 + 0x10});
  debuggee.put(headers + 112 + 48, {0});  // no alignment
  CHECK(debuggee.find(0).value() == Address{thread_pointer - 0x44 + 0x10});
}

TEST_CASE("an i386 program's variables end where its thread's own segment begins") {
  constexpr std::uint64_t selector = 0x63, segment = 0x404b00;
  LaidOutMemory debuggee;
  debuggee.become(plain_i386());
  debuggee.set_auxv(LaidOutMemory::as_memory({3, headers, 4, 32, 5, 1, 0, 0}, 4));
  debuggee.put(headers, {7 /* PT_TLS */, 0, 0, 0, 4, 0x44, 4, 0x40}, 4);
  const auto find = [&] { return inspect::find_thread_local(debuggee, {Pid{1}, Tid{1}}, {Address{0}, 0x10}); };
  CHECK(find().error().text == "thread-local variables are not yet allocated: the C library has not begun");
  CHECK(debuggee.write_register({Pid{1}, Tid{1}}, *plain_i386().thread_segment, to_little_endian(selector, 4)));
  CHECK(find().error().text == "no such segment");
  debuggee.set_segment(selector, Address{segment});
  CHECK(find().value() == Address{segment - 0x80 + 0x10});
}

TEST_CASE("a program may have no such variables") {
  Debuggee debuggee;
  debuggee.put(headers + 112, {1});
  CHECK(debuggee.why_not(main_map) == "the program has no thread-local variables");
}

TEST_CASE("before the C library has begun there are none") {
  Glibc debuggee;
  debuggee.put_register(0);
  for (const auto link_map : {std::uint64_t{0}, main_map, library_map})
    CHECK(debuggee.why_not(link_map) == "thread-local variables are not yet allocated: the C library has not begun");
}

TEST_CASE("glibc: a library's block is in the thread's table") {
  Glibc debuggee;
  CHECK(debuggee.find(libc_map).value() == Address{0x2010});
  CHECK(debuggee.find(library_map).value() == Address{0x5010});
}

TEST_CASE("glibc: a block that the thread has not touched yet is not allocated") {
  Glibc debuggee;
  debuggee.put(table + 80, {unallocated});
  CHECK(debuggee.why_not(library_map) == not_allocated);
  debuggee.put(library_map + 48, {0});
  CHECK(debuggee.why_not(library_map) == not_allocated);
}

TEST_CASE("glibc: a block that every thread has from its start on needs no entry in the table") {
  Glibc debuggee;
  debuggee.put(table + 32, {unallocated});
  CHECK(debuggee.find(libc_map).value() == Address{thread_pointer - 0x80 + 0x10});
}

// What stands there belonged to another library, which is closed.
TEST_CASE("glibc: a table that is older than the library says nothing about it") {
  Glibc debuggee;
  debuggee.put(table, {3});
  CHECK(debuggee.why_not(library_map) == not_allocated);
  CHECK(debuggee.find(libc_map).value() == Address{0x2010});
}

TEST_CASE("glibc: a library without variables, one that is being closed, one that is not known") {
  Glibc debuggee;
  debuggee.put(more_slots + 48 + 8, {0});
  CHECK(debuggee.why_not(library_map) == "the library is being unloaded");
  debuggee.put(library_map + 40, {6});
  CHECK(debuggee.why_not(library_map) == "the dynamic linker knows no thread-local variables of this library");
  debuggee.put(library_map + 40, {0});
  CHECK(debuggee.why_not(library_map) == "the library has no thread-local variables");
  CHECK(debuggee.why_not(0x404008) == "no library has this link map");
}

TEST_CASE("glibc: a list of modules that runs in a circle ends, and absurd fields are refused") {
  Glibc debuggee;
  debuggee.put(slots, {0, slots});
  CHECK(debuggee.why_not(library_map) == "the dynamic linker knows no thread-local variables of this library");
  debuggee.put(descriptors, {0xfffffff8}, 4);
  CHECK(debuggee.why_not(library_map) == "the C library describes its own fields wrongly");
}

TEST_CASE("musl: modules are numbered in the order of their link maps") {
  Musl debuggee;
  CHECK(debuggee.find(library_map).value() == Address{0x5010});
  debuggee.put(headers + 112, {1});  // the program has none any more
  CHECK(debuggee.find(library_map).value() == Address{0x1010});
}

TEST_CASE("musl: a library without variables, and one that came later than the thread's table") {
  Musl debuggee;
  CHECK(debuggee.why_not(libc_map) == "the library has no thread-local variables");
  debuggee.put(table, {1});
  CHECK(debuggee.why_not(library_map) == not_allocated);
}

TEST_CASE("another C library than these two is not understood") {
  Debuggee debuggee;
  debuggee.put_symbols({{"printf", libc_file}});
  CHECK(debuggee.why_not(library_map).starts_with("thread-local variables of libraries are found with glibc"));
}

TEST_CASE("nothing is found in a running thread") {
  Glibc debuggee;
  CHECK(debuggee.resume({Pid{1}, Tid{1}}, {}));
  CHECK_FALSE(debuggee.find(main_map));
}
