// Signals in words.
#include "stub/inspect/fault.hpp"

#include "protocol/little_endian.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::inspect;

namespace {

Bytes info(std::uint64_t signal, std::uint64_t code, std::size_t fields_at, std::uint64_t field) {
  Bytes out(128);
  const auto put = [&out](std::size_t at, std::uint64_t value, std::size_t size) {
    const auto bytes = to_little_endian(value, size);
    std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(0, signal, 4);
  put(8, code, 4);
  put(fields_at, field, 8);
  return out;
}

constexpr KernelSignal segv{11}, aborted{6}, fpe{8};

}  // namespace

TEST_CASE("lldb has the words that its users know; a signal that was sent, or tells all itself, has none") {
  CHECK(lldb_fault_text(fault_of(segv, info(11, 1, 16, 0x10), 8)) ==
        "signal SIGSEGV: address not mapped to object (fault address: 0x10)");
  CHECK(lldb_fault_text(fault_of(fpe, info(8, 1, 16, 0x401000), 8)) ==
        "signal SIGFPE: integer divide by zero (fault address: 0x401000)");
  CHECK(lldb_fault_text(fault_of(segv, info(11, 0, 16, 7), 8)).empty());
  CHECK(lldb_fault_text(fault_of(segv, info(11, 128, 16, 0), 8)).empty());
  CHECK(lldb_fault_text(fault_of(aborted, info(6, static_cast<std::uint32_t>(-6), 16, 7), 8)).empty());
}

TEST_CASE("a segmentation fault tells its address and why") {
  CHECK(fault_text(fault_of(segv, info(11, 1, 16, 0x10), 8)) ==
        "SIGSEGV (segmentation fault) at 0x10: nothing is mapped at this address");
  CHECK(fault_text(fault_of(segv, info(11, 2, 16, 0x401000), 8)) ==
        "SIGSEGV (segmentation fault) at 0x401000: the mapping does not permit it");
  CHECK(fault_text(fault_of(fpe, info(8, 1, 16, 0x401000), 8)) ==
        "SIGFPE (arithmetic error) at 0x401000: integer division by zero");
}

TEST_CASE("a 32-bit program's fields begin earlier and are shorter") {
  const auto fault = fault_of(segv, info(11, 1, 12, 0xffffffff12345678), 4);
  CHECK(fault.address == Address{0x12345678});
}

TEST_CASE("an address that the kernel does not tell is not shown") {
  const auto fault = fault_of(segv, info(11, 0x80, 16, 0), 8);
  CHECK_FALSE(fault.address);
  CHECK(fault.cause.contains("cannot exist"));
}

TEST_CASE("who sent a signal is said") {
  CHECK(fault_text(fault_of(aborted, info(6, 0xfffffffa, 16, 4711), 8)) == "SIGABRT (aborted): sent by process 4711");
  CHECK_FALSE(fault_of(segv, info(11, 0, 16, 4711), 8).address);
}

TEST_CASE("without its siginfo a signal is only named") {
  CHECK(fault_text(fault_of(segv, {}, 8)) == "SIGSEGV (segmentation fault)");
  CHECK(fault_text(fault_of(segv, info(5, 1, 16, 1), 8)) == "SIGSEGV (segmentation fault)");
  CHECK(fault_text(fault_of(KernelSignal{40}, {}, 8)) == "a real-time signal");
}

TEST_CASE("an address is placed among the mappings") {
  const std::vector<MemoryRegion> regions = {
      {.start = Address{0x401000}, .end = Address{0x402000}, .readable = true, .executable = true, .name = "/bin/p"},
      {.start = Address{0x500000}, .end = Address{0x501000}, .readable = true, .writable = true, .name = "[heap]"},
      {.start = Address{0x700000}, .end = Address{0x701000}, .name = "[stack]"}};
  CHECK(mapping_text(regions, Address{0x401010}) == "0x401010 is in 0x401000-0x402000 (/bin/p; readable, executable)");
  CHECK(mapping_text(regions, Address{0x402010}) ==
        "0x402010 is 0xfdff0 below 0x500000-0x501000 ([heap]; readable, writable) and 0x10 behind "
        "0x401000-0x402000 (/bin/p; readable, executable)");
  CHECK(mapping_text(regions, Address{0x6ffff8}).ends_with("([stack]; no access): the stack may have overflowed"));
  CHECK(mapping_text(regions, Address{8}) == "0x8 is a null pointer, or close to one");
  CHECK(mapping_text(regions, Address{0x701001}).starts_with("0x701001 is 0x1 behind"));
  CHECK(mapping_text({}, Address{8}) == "0x8 is not mapped");
}
