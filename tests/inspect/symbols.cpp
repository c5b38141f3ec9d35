// Names for addresses, out of the ELF file of this test program.
#include "stub/inspect/symbols.hpp"

#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_target.hpp"

// To be found by name.
extern "C" int stub_test_plain_function(int x);
extern "C" int stub_test_plain_function(int x) { return x + 1; }
namespace stub_test {
struct Thing {
  static int method(int x);
};
int Thing::method(int x) { return x + 2; }
}  // namespace stub_test

using namespace stub;
using namespace stub::test;

namespace {

class OwnExecutable final : public FakeHost {
 public:
  Result<int> open(Root, const std::string& path, std::uint32_t, std::uint32_t) override {
    if (path != "/bin/prog") return fail_system(ENOENT, "no such file");
    ++opened;
    return ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  }
  Result<> close(int descriptor) override {
    --opened;
    ::close(descriptor);
    return {};
  }
  int opened = 0;
};

std::uint64_t own_base() {
  std::uint64_t base = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        *static_cast<std::uint64_t*>(out) = info->dlpi_addr;
        return 1;  // the first is the program
      },
      &base);
  return base;
}

// The whole program as one mapping of its file.
struct Mapped : FakeTarget {
  Mapped() {
    const Address base{own_base()};
    set_regions({{.start = base,
                  .end = base + 0x10000000,
                  .offset = 0,
                  .readable = true,
                  .executable = true,
                  .name = "/bin/prog"},
                 {.start = Address{0x1000}, .end = Address{0x2000}, .offset = 0, .readable = true, .name = ""},
                 {.start = Address{0x3000}, .end = Address{0x4000}, .offset = 0, .readable = true, .name = "/gone"}});
  }
};

Address address_of(int (*function)(int)) { return {reinterpret_cast<std::uint64_t>(function)}; }

}  // namespace

TEST_CASE("a function is found by its first byte and by those behind it") {
  Mapped target;
  OwnExecutable host;
  inspect::Symbols symbols(target, host, Pid{1});
  const auto start = symbols.find(address_of(stub_test_plain_function));
  REQUIRE(start);
  CHECK(start->name == "stub_test_plain_function");
  CHECK(start->offset == 0);
  const auto inside = symbols.find(address_of(stub_test_plain_function) + 2);
  REQUIRE(inside);
  CHECK(inside->name == "stub_test_plain_function");
  CHECK(inside->offset == 2);
}

TEST_CASE("a C++ name is demangled") {
  Mapped target;
  OwnExecutable host;
  const auto place = inspect::Symbols(target, host, Pid{1}).find(address_of(stub_test::Thing::method));
  REQUIRE(place);
  CHECK(place->name == "stub_test::Thing::method(int)");
}

TEST_CASE("where nothing is mapped, or no file, or one that is gone, there is no name") {
  Mapped target;
  OwnExecutable host;
  inspect::Symbols symbols(target, host, Pid{1});
  CHECK_FALSE(symbols.find(Address{0}));
  CHECK_FALSE(symbols.find(Address{0x1010}));
  CHECK_FALSE(symbols.find(Address{0x3010}));
}

TEST_CASE("a file that is no ELF has no names") {
  Mapped target;
  FakeHost host;  // its descriptors are no real ones
  host.add_file("/bin/prog", "#!/bin/sh");
  CHECK_FALSE(inspect::Symbols(target, host, Pid{1}).find(address_of(stub_test_plain_function)));
}

TEST_CASE("a file is opened once, and closed at the end") {
  Mapped target;
  OwnExecutable host;
  {
    inspect::Symbols symbols(target, host, Pid{1});
    static_cast<void>(symbols.find(address_of(stub_test_plain_function)));
    static_cast<void>(symbols.find(address_of(stub_test::Thing::method)));
    CHECK(host.opened == 1);
  }
  CHECK(host.opened == 0);
}
