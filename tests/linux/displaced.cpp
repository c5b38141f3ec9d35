// Breakpoints that nobody is told of, on every instruction of a program: it must not notice.
#include "protocol/hex.hpp"
#include "stub/arch/disassembler.hpp"
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

// const8 0, end: never true
const HitActions never{.conditions = {bytes_from_hex("220027").value()}};

std::vector<Address> instructions_between(Live& live, Address begin, Address end) {
  const auto code = live.engine.read_memory(live.pid, begin, end - begin).value();
  const auto list = arch::disassemble(*live.engine.architecture(live.pid), code, begin, code.size()).value();
  std::vector<Address> out;
  for (const auto& instruction : list) out.push_back(instruction.address);
  return out;
}

std::vector<Address> cover(Live& live) {
  const auto told = live.hear();
  const auto places = instructions_between(live, told.first, told.second);
  for (const auto place : places)
    REQUIRE(live.engine.insert(live.pid, {StoppointType::software_breakpoint, place, 1}, never));
  return places;
}

std::vector<std::uint64_t> path(Live& live, std::size_t steps) {
  std::vector<std::uint64_t> out;
  while (out.size() < steps) {
    REQUIRE(live.step(live.first()) == "step");
    out.push_back(live.pc(live.first()).value);
  }
  return out;
}

}  // namespace

TEST_CASE(
    "a program with a breakpoint that is never true on each instruction does what it does without, under alarms") {
  for (const auto& cpu : architectures()) {
    INFO(cpu);
    Live live;
    live.launch("displaced" + cpu);
    const auto places = cover(live);
    CHECK(places.size() > 100);
    CHECK(live.go_to_the_end() == "exited 23");
    CHECK(live.warnings.empty());
  }
}

TEST_CASE("steps over breakpoints that are never true come by the same places as without") {
  constexpr std::size_t steps = 1500;
  for (const auto& cpu : architectures()) {
    INFO(cpu);
    Live bare, covered;
    bare.launch("displaced" + cpu);
    static_cast<void>(bare.hear());
    covered.launch("displaced" + cpu);
    const auto places = cover(covered);
    const auto expected = path(bare, steps), found = path(covered, steps);
    const auto differs = std::ranges::mismatch(expected, found);
    INFO("at step " << differs.in1 - expected.begin());
    REQUIRE(differs.in1 == expected.end());
    const auto hits = covered.engine.breakpoints(covered.pid);
    CHECK(std::ranges::any_of(hits, [](const auto& b) { return b.hits > 1; }));
  }
}

TEST_CASE("copies of instructions are taken out of the memory with their breakpoints") {
  for (const auto& cpu : architectures()) {
    INFO(cpu);
    Live live;
    live.launch("displaced" + cpu);
    const auto regions = live.engine.memory_map(live.pid).value();
    const auto vdso = std::ranges::find(regions, "[vdso]", &MemoryRegion::name);
    REQUIRE(vdso != regions.end());
    const auto read = [&] { return live.engine.read_memory(live.pid, vdso->start, vdso->end - vdso->start).value(); };
    const auto before = read();
    cover(live);
    static_cast<void>(path(live, 100));
    const bool changed = read() != before;
    CHECK(changed);
    live.engine.remove_all(live.pid);
    const bool as_before = read() == before;
    CHECK(as_before);
    CHECK(live.go_to_the_end() == "exited 23");
  }
}

}  // namespace stub
