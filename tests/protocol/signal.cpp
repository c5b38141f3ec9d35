#include "protocol/signal.hpp"

#include <map>
#include <set>

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

constexpr auto gdb = SignalNumbering::gdb, native = SignalNumbering::native;

// Linux's numbers (signal(7), x86) to gdb's (include/gdb/signals.def).
const std::map<std::uint8_t, std::uint8_t> kernel_to_gdb = {
    {1, 1},   {2, 2},   {3, 3},   {4, 4},   {5, 5},   {6, 6},   {7, 10},  {8, 8},   {9, 9},   {10, 30},
    {11, 11}, {12, 31}, {13, 13}, {14, 14}, {15, 15}, {17, 20}, {18, 19}, {19, 17}, {20, 18}, {21, 21},
    {22, 22}, {23, 16}, {24, 24}, {25, 25}, {26, 26}, {27, 27}, {28, 28}, {29, 23}, {30, 32}, {31, 12},
    {32, 77}, {33, 45}, {34, 46}, {48, 60}, {62, 74}, {63, 75}, {64, 78},
};

}  // namespace

TEST_CASE("a kernel signal has gdb's number towards gdb") {
  for (const auto& [kernel, wire] : kernel_to_gdb) {
    CAPTURE(kernel);
    CHECK(number(to_wire(KernelSignal{kernel}, gdb)) == wire);
  }
}

TEST_CASE("gdb's number of a signal means the kernel's") {
  for (const auto& [kernel, wire] : kernel_to_gdb) {
    CAPTURE(kernel);
    CHECK(to_kernel(WireSignal{wire}, gdb) == KernelSignal{kernel});
  }
}

TEST_CASE("every signal that gdb has a number for survives the way there and back") {
  std::set<int> wires;
  for (std::uint8_t kernel = 1; kernel <= 64; ++kernel) {
    if (kernel == 16) continue;  // SIGSTKFLT
    CAPTURE(kernel);
    const auto wire = to_wire(KernelSignal{kernel}, gdb);
    CHECK(to_kernel(wire, gdb) == KernelSignal{kernel});
    CHECK(wires.insert(number(wire)).second);
  }
}

TEST_CASE("SIGSTKFLT, which gdb has no number for, is unknown to it") {
  CHECK(number(to_wire(KernelSignal{16}, gdb)) == 143);
}

TEST_CASE("no signal is no signal in either numbering") {
  CHECK(number(to_wire(signals::none, gdb)) == 0);
  CHECK(number(to_wire(signals::none, native)) == 0);
  CHECK(to_kernel(WireSignal{0}, gdb) == signals::none);
  CHECK(to_kernel(WireSignal{0}, native) == signals::none);
}

TEST_CASE("the native numbering is the kernel's, both ways") {
  for (std::uint8_t n = 1; n <= 64; ++n) {
    CHECK(number(to_wire(KernelSignal{n}, native)) == n);
    CHECK(to_kernel(WireSignal{n}, native) == KernelSignal{n});
  }
  CHECK_FALSE(to_kernel(WireSignal{65}, native));
  CHECK_FALSE(to_kernel(WireSignal{255}, native));
}

TEST_CASE("gdb's numbers for what Linux does not have mean nothing") {
  for (const int wire : {7 /* EMT */, 29 /* LOST */, 33, 44, 76, 79, 143, 144 /* DEFAULT */, 145, 255}) {
    CAPTURE(wire);
    CHECK_FALSE(to_kernel(WireSignal{static_cast<std::uint8_t>(wire)}, gdb));
  }
}

TEST_CASE("a signal has its name") {
  CHECK(signal_name(KernelSignal{11}) == "SIGSEGV");
  CHECK(signal_name(KernelSignal{10}) == "SIGUSR1");
  CHECK(signal_name(KernelSignal{40}) == "a real-time signal");
}
