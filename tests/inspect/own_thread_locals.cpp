// Where this test program itself, which runs with a real C library, has its thread-local variables.
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include "stub/inspect/link_map.hpp"
#include "stub/inspect/thread_locals.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::test;

namespace {

thread_local int touched = 1;

// This process, with one of its threads as the debuggee's only one.
class Self final : public FakeTarget {
 public:
  Self() {
    std::ifstream file("/proc/self/auxv", std::ios::binary);
    set_auxv(Bytes(std::istreambuf_iterator<char>(file), {}));
    Bytes pointer(8);
    const auto value = reinterpret_cast<std::uint64_t>(__builtin_thread_pointer());
    for (unsigned i = 0; i < 8; ++i) pointer[i] = static_cast<std::uint8_t>(value >> (8 * i));
    static_cast<void>(write_register({Pid{1}, Tid{1}}, *plain_amd64().thread_pointer, pointer));
  }
  Result<Bytes> read_memory(Pid, Address address, std::size_t length) override {
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    Bytes bytes(length);
    const auto got = ::pread(memory, bytes.data(), length, static_cast<off_t>(address.value));
    ::close(memory);
    if (got <= 0) return fail(Errc::unreadable, "cannot read memory there");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }
};

// What the dynamic linker says of the calling thread; no block: none is allocated yet.
struct Module {
  Address load_bias;
  const void* block;
};

std::vector<Module> modules_with_variables() {
  std::vector<Module> out;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* list) {
        if (info->dlpi_tls_modid != 0)
          static_cast<std::vector<Module>*>(list)->push_back({Address{info->dlpi_addr}, info->dlpi_tls_data});
        return 0;
      },
      &out);
  return out;
}

// How many blocks were compared.
std::size_t compare_blocks() {
  Self self;
  ++touched;
  const auto list = inspect::read_libraries(self, Pid{1}, {}).value();
  std::size_t compared = 0;
  for (const auto& module : modules_with_variables()) {
    const auto library = std::ranges::find(list.libraries, module.load_bias, &Library::load_bias);
    const auto link_map = library == list.libraries.end() ? *list.main_link_map : library->link_map;
    const auto found = inspect::find_thread_local(self, {Pid{1}, Tid{1}}, {link_map, 0x10});
    CHECK(found.has_value() == (module.block != nullptr));
    if (!found) continue;
    CHECK(found->value == reinterpret_cast<std::uint64_t>(module.block) + 0x10);
    ++compared;
  }
  return compared;
}

}  // namespace

TEST_CASE("each module's variables are where the dynamic linker says, in the first thread and in another") {
  CHECK(compare_blocks() >= 2);  // the program's own and libc's
  std::size_t in_thread = 0;
  std::thread([&] { in_thread = compare_blocks(); }).join();
  CHECK(in_thread >= 2);
}

TEST_CASE("a program's variables need no link map") {
  Self self;
  const auto list = inspect::read_libraries(self, Pid{1}, {}).value();
  const auto named = inspect::find_thread_local(self, {Pid{1}, Tid{1}}, {*list.main_link_map, 8});
  const auto nameless = inspect::find_thread_local(self, {Pid{1}, Tid{1}}, {Address{0}, 8});
  CHECK(named.value() == nameless.value());
}
