// The dynamic linker's lists, built by hand in a fake debuggee's memory.
#include "stub/inspect/link_map.hpp"

#include "tests/support/laid_out_memory.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

namespace {

constexpr Pid pid_1{1};
constexpr std::uint64_t headers = 0x404000, dynamic = 0x404200, r_debug = 0x404300, other_r_debug = 0x404340,
                        main_map = 0x404400, libc_map = 0x404440, libm_map = 0x404480, libc_name = 0x404600,
                        libm_name = 0x404640;

struct Debuggee : LaidOutMemory {
  // A program that was linked at 0 and loaded at `headers`, with libc and libm.
  Debuggee() {
    set_auxv(as_memory({3, headers, 4, 56, 5, 2, 0, 0}));
    put(headers, {6 /* PT_PHDR */, 0, 0});
    put(headers + 56, {2 /* PT_DYNAMIC */, 0, dynamic - headers});
    put(dynamic, {1, 0, 21 /* DT_DEBUG */, r_debug, 0, 0});
    put(r_debug, {1, main_map, 0, 0, 0});
    put(main_map, {headers, libm_name + 32, 0x10, libc_map, 0});
    put(libc_map, {0x7ffff7c00000, libc_name, 0x20, libm_map, main_map});
    put(libm_map, {0x7ffff7e00000, libm_name, 0x30, 0, libc_map});
    put_text(libc_name, "/lib/libc.so.6");
    put_text(libm_name, "/lib/libm.so.6");
  }

  [[nodiscard]] std::vector<std::string> names(std::string_view annex = "") {
    std::vector<std::string> out;
    const auto list = read_libraries(*this, pid_1, parse_library_annex(annex)).value();
    for (const auto& library : list.libraries) out.push_back(library.name);
    return out;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the libraries are listed with where they are, the main program apart") {
  Debuggee debuggee;
  const auto list = read_libraries(debuggee, pid_1, {}).value();
  CHECK(list.main_link_map == Address{main_map});
  REQUIRE(list.libraries.size() == 2);
  CHECK(list.libraries[0].name == "/lib/libc.so.6");
  CHECK(list.libraries[0].link_map == Address{libc_map});
  CHECK(list.libraries[0].load_bias == Address{0x7ffff7c00000});
  CHECK(list.libraries[0].dynamic == Address{0x20});
  CHECK(list.libraries[0].name_space == Address{r_debug});
  CHECK(list.libraries[1].name == "/lib/libm.so.6");
}

// Elf32_Phdr is 32 bytes long and has p_vaddr at 8; Elf32_Dyn, r_debug and link_map are made of words of 4 bytes.
TEST_CASE("the libraries of a 32-bit program are listed") {
  Debuggee debuggee;
  debuggee.become(plain_i386());
  debuggee.set_auxv(Debuggee::as_memory({3, headers, 4, 32, 5, 2, 0, 0}, 4));
  debuggee.put(headers, {6 /* PT_PHDR */, 52, 0x34}, 4);
  debuggee.put(headers + 32, {2 /* PT_DYNAMIC */, 0x2ef4, dynamic - headers + 0x34}, 4);
  debuggee.put(dynamic, {1, 0, 21 /* DT_DEBUG */, r_debug, 0, 0}, 4);
  debuggee.put(r_debug, {2, main_map, 0, 0, 0, other_r_debug}, 4);
  debuggee.put(main_map, {headers - 0x34, libm_name + 32, 0x10, libc_map, 0}, 4);
  debuggee.put(libc_map, {0xf7d8c000, libc_name, 0x20, 0, main_map}, 4);
  debuggee.put(other_r_debug, {2, libm_map, 0, 0, 0, 0}, 4);
  debuggee.put(libm_map, {0xf7e00000, libm_name, 0x30, 0, 0}, 4);
  const auto list = read_libraries(debuggee, pid_1, {}).value();
  CHECK(list.main_link_map == Address{main_map});
  REQUIRE(list.libraries.size() == 2);
  CHECK(list.libraries[0].name == "/lib/libc.so.6");
  CHECK(list.libraries[0].load_bias == Address{0xf7d8c000});
  CHECK(list.libraries[0].dynamic == Address{0x20});
  CHECK(list.libraries[1].name == "/lib/libm.so.6");
  CHECK(list.libraries[1].name_space == Address{other_r_debug});
  const auto rest = read_libraries(debuggee, pid_1, parse_library_annex("start=404440;prev=404400;")).value();
  REQUIRE(rest.libraries.size() == 1);
  CHECK(rest.libraries[0].link_map == Address{libc_map});
}

TEST_CASE("gdb may ask for the rest of a list only") {
  Debuggee debuggee;
  const auto annex = parse_library_annex("start=404480;prev=404440;lmid=404300;");
  const auto list = read_libraries(debuggee, pid_1, annex).value();
  CHECK_FALSE(list.main_link_map);
  REQUIRE(list.libraries.size() == 1);
  CHECK(list.libraries[0].name == "/lib/libm.so.6");
  CHECK(list.libraries[0].name_space == Address{0x404300});
}

TEST_CASE("an annex that begins nowhere is none, and unknown keys are skipped") {
  Debuggee debuggee;
  CHECK(debuggee.names("start=0;prev=0;lmid=0;").size() == 2);
  CHECK(debuggee.names("future=1;start=404480;prev=404440") == Names{"/lib/libm.so.6"});
  CHECK(debuggee.names("zz;;=;start=zz").size() == 2);
}

TEST_CASE("further namespaces follow from version 2 on") {
  Debuggee debuggee;
  debuggee.put(r_debug, {2, main_map, 0, 0, 0, other_r_debug});
  debuggee.put(libc_map, {0x7ffff7c00000, libc_name, 0x20, 0, main_map});
  debuggee.put(other_r_debug, {2, libm_map, 0, 0, 0, 0});
  debuggee.put(libm_map, {0x7ffff7e00000, libm_name, 0x30, 0, 0});
  const auto list = read_libraries(debuggee, pid_1, {}).value();
  REQUIRE(list.libraries.size() == 2);
  CHECK(list.libraries[1].name == "/lib/libm.so.6");
  CHECK(list.libraries[1].name_space == Address{other_r_debug});
}

TEST_CASE("lists and namespaces that run in circles end") {
  Debuggee debuggee;
  debuggee.put(libm_map, {0, libm_name, 0, libc_map, libc_map});
  CHECK(debuggee.names() == Names{"/lib/libc.so.6", "/lib/libm.so.6"});
  debuggee.put(libc_map, {0, libc_name, 0, libc_map, libc_map});
  CHECK(debuggee.names().empty());
  debuggee.put(r_debug, {2, main_map, 0, 0, 0, r_debug});
  CHECK(debuggee.names().size() < 1000);
}

TEST_CASE("a list that ends in unreadable memory is told as far as it goes") {
  Debuggee debuggee;
  debuggee.put(libc_map, {0, libc_name, 0, 0x99999000, main_map});
  CHECK(debuggee.names() == Names{"/lib/libc.so.6"});
}

TEST_CASE("before the dynamic linker ran, the list has an end and nothing else") {
  Debuggee debuggee;
  debuggee.put(dynamic, {21, 0, 0, 0});
  const auto list = read_libraries(debuggee, pid_1, {});
  REQUIRE_FALSE(list);
  CHECK(list.error().code == Errc::end_of_list);
}

TEST_CASE("a static program has no list") {
  Debuggee debuggee;
  debuggee.put(headers + 56, {1 /* PT_LOAD */, 0, 0});
  const auto list = read_libraries(debuggee, pid_1, {});
  REQUIRE_FALSE(list);
  CHECK(list.error().code == Errc::unsupported);
}

TEST_CASE("a program without an auxiliary vector has no list") {
  Debuggee debuggee;
  debuggee.set_auxv({});
  CHECK_FALSE(read_libraries(debuggee, pid_1, {}));
}

TEST_CASE("absurd numbers of program headers are not all read") {
  Debuggee debuggee;
  debuggee.set_auxv(Debuggee::as_memory({3, headers, 4, 0, 5, ~std::uint64_t{0}}));
  CHECK_FALSE(read_libraries(debuggee, pid_1, {}));
}
