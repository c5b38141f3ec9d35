// Core files: written from a fake target, and read back as a debugger would.
#include "stub/inspect/core_file.hpp"

#include <algorithm>
#include <map>

#include "protocol/little_endian.hpp"
#include "stub/inspect/saved_core.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

namespace {

constexpr Pid process{1};
constexpr ThreadId first{process, Tid{1}}, second{process, Tid{2}};
constexpr Address code{0x401000}, data{0x404000};
constexpr std::uint32_t nt_prstatus = 1, nt_fpregset = 2, nt_prpsinfo = 3, nt_auxv = 6, nt_xstate = 0x202,
                        nt_prxfpreg = 0x46e62b7f, nt_siginfo = 0x53494749, nt_file = 0x46494c45;

struct Memory final : CoreSink {
  Result<> write(ByteView more) override {
    bytes.insert(bytes.end(), more.begin(), more.end());
    return {};
  }
  Result<> skip(std::uint64_t count) override {
    skipped += count;
    bytes.resize(bytes.size() + count);
    return {};
  }
  Bytes bytes;
  std::uint64_t skipped = 0;
};

struct Note {
  std::uint32_t type = 0;
  Bytes contents;
};

struct Segment {
  std::uint64_t flags = 0, offset = 0, address = 0, in_file = 0, size = 0;
};

std::uint64_t number_at(ByteView bytes, std::size_t at, std::size_t size) {
  return from_little_endian(bytes.subspan(at, size));
}

// elf(5); offsets of the fields in both classes.
struct Core {
  explicit Core(Bytes all) : bytes(std::move(all)) {
    const bool wide = bytes[4] == 2;
    word = wide ? 8 : 4;
    machine = number_at(bytes, 18, 2);
    std::uint64_t count = number_at(bytes, wide ? 56 : 44, 2);
    if (count == 0xffff) count = number_at(bytes, number_at(bytes, wide ? 40 : 32, word) + (wide ? 44 : 28), 4);
    for (std::uint64_t n = 0; n < count; ++n) read_header(wide ? 64 + 56 * n : 52 + 32 * n);
  }

  void read_header(std::size_t at) {
    const bool wide = word == 8;
    const auto field = [&](std::size_t in_wide, std::size_t in_narrow) {
      return number_at(bytes, at + (wide ? in_wide : in_narrow), word);
    };
    const Segment segment{number_at(bytes, at + (wide ? 4 : 24), 4), field(8, 4), field(16, 8), field(32, 16),
                          field(40, 20)};
    if (number_at(bytes, at, 4) == 1) segments.push_back(segment);
    if (number_at(bytes, at, 4) == 4) read_notes(segment.offset, segment.offset + segment.in_file);
  }

  void read_notes(std::size_t at, std::size_t end) {
    while (at < end) {
      const auto size = number_at(bytes, at + 4, 4);
      const auto contents = ByteView(bytes).subspan(at + 20, size);
      notes.push_back(
          {static_cast<std::uint32_t>(number_at(bytes, at + 8, 4)), Bytes(contents.begin(), contents.end())});
      at += 20 + (size + 3) / 4 * 4;
    }
    CHECK(at == end);
  }

  [[nodiscard]] std::vector<std::uint32_t> types() const {
    std::vector<std::uint32_t> out(notes.size());
    std::ranges::transform(notes, out.begin(), &Note::type);
    return out;
  }
  [[nodiscard]] const Bytes& note(std::uint32_t type, std::size_t which = 0) const {
    for (const auto& candidate : notes)
      if (candidate.type == type && which-- == 0) return candidate.contents;
    throw std::logic_error("no such note");
  }
  [[nodiscard]] const Segment& segment(Address address) const {
    const auto it = std::ranges::find(segments, address.value, &Segment::address);
    REQUIRE(it != segments.end());
    return *it;
  }

  Bytes bytes;
  std::size_t word = 0;
  std::uint64_t machine = 0;
  std::vector<Note> notes;
  std::vector<Segment> segments;
};

Result<CoreSummary> finish(CoreFile& core) {
  for (;;)
    if (auto summary = core.step()) return *summary;
}

struct Made {
  Core core;
  CoreSummary summary;
  std::uint64_t skipped;
};

Made make(FakeTarget& target, FakeHost& host, ThreadId thread = first) {
  Memory memory;
  CoreFile core(target, host, thread, memory);
  const auto summary = finish(core);
  REQUIRE(summary.has_value());
  CHECK(summary->size == memory.bytes.size());
  return {Core(std::move(memory.bytes)), *summary, memory.skipped};
}

Bytes info(std::int32_t signal, std::int32_t signal_code) {
  Bytes out(128);
  std::ranges::copy(to_little_endian(static_cast<std::uint32_t>(signal), 4), out.begin());
  std::ranges::copy(to_little_endian(static_cast<std::uint32_t>(signal_code), 4), out.begin() + 8);
  return out;
}

Mapping mapping(std::uint64_t start, std::uint64_t pages, std::string name = "") {
  return {.region = {.start = {start},
                     .end = {start + 4096 * pages},
                     .readable = true,
                     .writable = true,
                     .name = std::move(name)},
          .present = 4096 * pages,
          .anonymous = 4096 * pages};
}

}  // namespace

TEST_CASE("the notes of a core are those that the kernel writes, in its order") {
  FakeTarget target;
  FakeHost host;
  target.add_thread(second, "second");
  REQUIRE(target.set_signal_info(first, info(11, 1)));
  REQUIRE(target.set_signal_info(second, info(5, 0x8005)));  // PTRACE_EVENT_STOP
  target.set_auxv(Bytes(32, 7));
  const auto made = make(target, host);
  CHECK(made.core.types() == std::vector<std::uint32_t>{nt_prstatus, nt_siginfo, nt_prpsinfo, nt_auxv, nt_file,
                                                        nt_fpregset, nt_xstate, nt_prstatus, nt_fpregset, nt_xstate});
  CHECK(made.core.machine == 62);
  CHECK(made.core.note(nt_auxv) == Bytes(32, 7));
  CHECK(made.core.note(nt_siginfo) == info(11, 1));
  CHECK(made.summary.threads == 2);
}

TEST_CASE("a thread's status has the size, the signal and the registers where debuggers look for them") {
  FakeTarget target;
  FakeHost host;
  host.set_task(first, {.state = 't',
                        .parent = Pid{7},
                        .group = 8,
                        .session = 9,
                        .pending = 0x10,
                        .blocked = 0x20,
                        .microseconds = {2000003, 0, 0, 0}});
  REQUIRE(target.set_signal_info(first, info(11, 1)));
  REQUIRE(target.write_register(first, target.architecture(process)->pc, to_little_endian(0x401234, 8)));
  const auto status = make(target, host).core.note(nt_prstatus);
  CHECK(status.size() == 336);  // bfd/elf64-x86-64.c, elf_x86_64_grok_prstatus
  CHECK(number_at(status, 0, 4) == 11);
  CHECK(number_at(status, 4, 4) == 1);
  CHECK(number_at(status, 12, 2) == 11);
  CHECK(number_at(status, 16, 8) == 0x10);
  CHECK(number_at(status, 24, 8) == 0x20);
  CHECK(number_at(status, 32, 4) == 1);
  CHECK(number_at(status, 36, 4) == 7);
  CHECK(number_at(status, 40, 4) == 8);
  CHECK(number_at(status, 44, 4) == 9);
  CHECK(number_at(status, 48, 8) == 2);
  CHECK(number_at(status, 56, 8) == 3);
  CHECK(number_at(status, 112 + 16 * 8, 8) == 0x401234);
  CHECK(number_at(status, 328, 4) == 1);
}

TEST_CASE("what the core says of the process has the kernel's layout") {
  FakeTarget target;
  FakeHost host;
  host.set_task(first, {.state = 'S', .parent = Pid{7}, .group = 8, .session = 9, .nice = -5, .flags = 0x400});
  const auto information = make(target, host).core.note(nt_prpsinfo);
  CHECK(information.size() == 136);
  CHECK(Bytes(information.begin(), information.begin() + 4) == Bytes{1, 'S', 0, 0xfb});
  CHECK(number_at(information, 8, 8) == 0x400);
  CHECK(number_at(information, 16, 4) == 1000);
  CHECK(number_at(information, 24, 4) == 1);
  CHECK(number_at(information, 36, 4) == 9);
  CHECK(as_text(information).substr(56, 17) == std::string("prog an argument\0", 17));
}

TEST_CASE("a 32-bit program's core is a 32-bit one with the notes of its kind") {
  FakeTarget target;
  FakeHost host;
  target.become(plain_i386());
  REQUIRE(target.write_register(first, plain_i386().pc, to_little_endian(0x8049000, 4)));
  const auto core = make(target, host).core;
  CHECK(core.word == 4);
  CHECK(core.machine == 3);
  CHECK(core.note(nt_prstatus).size() == 144);  // bfd/elf32-i386.c, elf_i386_grok_prstatus
  CHECK(number_at(core.note(nt_prstatus), 24, 4) == 1);
  CHECK(number_at(core.note(nt_prstatus), 72 + 12 * 4, 4) == 0x8049000);
  CHECK(core.note(nt_prpsinfo).size() == 124);
  CHECK(as_text(core.note(nt_prpsinfo)).substr(44, 4) == "prog");
  CHECK(core.note(nt_fpregset).size() == 108);
  CHECK(number_at(core.note(nt_fpregset), 8, 4) == 0xffff5555);  // each of the x87's registers is zero
  CHECK(core.note(nt_prxfpreg).size() == 512);
  CHECK(core.segment(data).in_file == 4096);
}

TEST_CASE("the thread that a signal has stopped comes first") {
  FakeTarget target;
  FakeHost host;
  target.add_thread(second, "second");
  const auto number_of_first = [&](ThreadId asked) {
    return number_at(make(target, host, asked).core.note(nt_prstatus), 32, 4);
  };
  REQUIRE(target.set_signal_info(first, info(5, 0x8005)));
  REQUIRE(target.set_signal_info(second, info(5, 0x8005)));
  CHECK(number_of_first(first) == 1);
  CHECK(number_of_first(second) == 2);
  REQUIRE(target.set_signal_info(second, info(6, -6)));
  CHECK(number_of_first(first) == 2);
  REQUIRE(target.set_signal_info(first, info(11, 1)));
  CHECK(number_of_first(first) == 1);
}

TEST_CASE("memory is there without breakpoints, and pages of zeros are holes") {
  FakeTarget target;
  FakeHost host;
  Bytes contents(4096 * 5);
  contents[4096] = 1;
  contents[4096 * 3 + 4095] = 2;
  constexpr Address start{0x10000000};
  target.map(start, contents);
  REQUIRE(target.insert(process, {StoppointType::software_breakpoint, start + 4096, 1}));
  const auto made = make(target, host);
  const auto& segment = made.core.segment(start);
  REQUIRE(segment.in_file == contents.size());
  CHECK(std::ranges::equal(ByteView(made.core.bytes).subspan(segment.offset, segment.in_file), contents));
  CHECK(made.skipped >= 4096 * 3);
  CHECK(segment.offset % 4096 == 0);
}

TEST_CASE("what cannot be read, and what was never touched, is zero") {
  FakeTarget target;
  FakeHost host;
  constexpr Address start{0x10000000};
  target.map(start, Bytes(8192, 5));
  host.set_mappings({mapping(start.value, 3)});  // the last page is not there
  host.set_touched({start.value / 4096 + 1, start.value / 4096 + 2});
  const auto made = make(target, host);
  const auto& segment = made.core.segment(start);
  Bytes wanted(4096 * 3);
  std::fill(wanted.begin() + 4096, wanted.begin() + 8192, std::uint8_t{5});
  CHECK(std::ranges::equal(ByteView(made.core.bytes).subspan(segment.offset, segment.in_file), wanted));
}

TEST_CASE("the kernel's own page for programs is read, touched or not") {
  FakeTarget target;
  FakeHost host;
  constexpr Address start{0x10000000};
  target.map(start, Bytes(8192, 5));
  host.set_mappings({mapping(start.value, 2, "[vdso]")});
  host.set_touched({});
  const auto made = make(target, host);
  CHECK(made.core.bytes.at(made.core.segment(start).offset + 8191) == 5);
}

TEST_CASE("the process's filter says what is in the core") {
  FakeTarget target;
  FakeHost host;
  std::vector<Mapping> mappings;
  for (std::uint64_t n = 1; n <= 8; ++n) mappings.push_back(mapping(0x1000000 * n, 2));
  mappings[1].region.shared = true;
  mappings[1].region.name = "/dev/zero (deleted)";
  mappings[2].region.name = "/lib/x";
  mappings[2].anonymous = 0;
  mappings[3].region.name = "/lib/y";
  mappings[3].region.shared = true;
  mappings[4].left_out = true;
  mappings[5].device = true;
  mappings[6].huge = true;
  mappings[7].anonymous = 0;
  target.map({0x3000000}, [] {
    Bytes header(8192);
    header[0] = 0x7f;
    std::ranges::copy(std::string("ELF"), header.begin() + 1);
    return header;
  }());
  host.set_mappings(mappings);
  const auto pages = [&](std::uint32_t filter) {
    host.set_core_filter(filter);
    std::string out;
    for (const auto& segment : make(target, host).core.segments) out += std::to_string(segment.in_file / 4096);
    return out;
  };
  CHECK(pages(0) == "00000000");
  CHECK(pages(1u << 0) == "20000000");
  CHECK(pages(1u << 1) == "02000000");
  CHECK(pages(1u << 2) == "00200000");
  CHECK(pages(1u << 3) == "00020000");
  CHECK(pages(1u << 4) == "00100000");
  CHECK(pages(1u << 5) == "00000020");
  CHECK(pages(0x33) == "22100020");
}

TEST_CASE("the mapped files are named with their places") {
  FakeTarget target;
  FakeHost host;
  auto one = mapping(0x1000000, 2, "/lib/x");
  one.region.offset = 0x3000;
  host.set_mappings({one, mapping(0x2000000, 1, "[heap]")});
  const auto core = make(target, host).core;
  const auto& files = core.note(nt_file);
  const std::vector<std::uint64_t> wanted{1, 4096, 0x1000000, 0x1002000, 3};
  for (std::size_t n = 0; n < wanted.size(); ++n) CHECK(number_at(files, 8 * n, 8) == wanted[n]);
  CHECK(as_text(files).substr(40) == std::string("/lib/x\0", 7));
}

TEST_CASE("more mappings than an ELF header can count") {
  FakeTarget target;
  FakeHost host;
  std::vector<Mapping> mappings(70000, mapping(0x10000000, 1));
  for (std::size_t n = 0; n < mappings.size(); ++n) {
    mappings[n] = mapping(0x10000000 + 8192 * n, 1);
    mappings[n].anonymous = 0;
  }
  host.set_mappings(std::move(mappings));
  const auto core = make(target, host).core;
  CHECK(core.segments.size() == 70000);
  CHECK(core.segments.back().address == 0x10000000 + 8192u * 69999);
  CHECK(core.types().front() == nt_prstatus);
}

TEST_CASE("a process that runs is not written, and one that ends is given up") {
  FakeTarget target;
  FakeHost host;
  Memory memory;
  REQUIRE(target.resume(first, {}));
  CoreFile running(target, host, first, memory);
  CHECK(finish(running).error().code == Errc::running);
  target.hold(process);
  host.set_mappings({mapping(0x70000000, 2)});  // nothing is there
  host.set_task(first, {.state = 'Z'});
  CoreFile ended(target, host, first, memory);
  CHECK(finish(ended).error().code == Errc::no_process);
}

TEST_CASE("a saved core has its name when it is whole, and no half of it stays") {
  FakeTarget target;
  FakeHost host;
  host.allow_long_files();
  host.add_file("/home/core.1", "old");
  host.add_file("/home/core.1.unfinished", "of another");
  {
    const auto core = SavedCore::begin(target, host, first, "").value();
    CHECK(core->path() == "/home/core.1");
    CHECK_FALSE(core->step().has_value());
    CHECK(host.files().contains("/home/core.1.unfinished1"));
  }
  CHECK(host.files().size() == 2);
  const auto core = SavedCore::begin(target, host, first, "core.1").value();
  std::optional<Result<CoreSummary>> summary;
  while (!summary) summary = core->step();
  REQUIRE(summary->has_value());
  CHECK(host.files().size() == 2);
  CHECK(host.files().at("/home/core.1").size() == (*summary)->size);
  CHECK(describe(**summary, core->path()).starts_with("Core of 1 thread written to /home/core.1 ("));
}

TEST_CASE("a full disk ends a core, and leaves nothing") {
  FakeTarget target;
  FakeHost host;  // its files are short
  Bytes contents(4096 * 4, 9);
  target.map({0x10000000}, contents);
  {
    const auto core = SavedCore::begin(target, host, first, "/tmp/c").value();
    std::optional<Result<CoreSummary>> summary;
    while (!summary) summary = core->step();
    CHECK(summary->error().text.starts_with("cannot write /tmp/c: "));
  }
  CHECK(host.files().empty());
  CHECK(host.open_count() == 0);
}

TEST_CASE("what is no file is not replaced by a core") {
  FakeTarget target;
  FakeHost host;
  host.add_folder("/dev/null");
  CHECK_FALSE(SavedCore::begin(target, host, first, "/dev/null").has_value());
  CHECK_FALSE(SavedCore::begin(target, host, first, std::string("/a\0b", 4)).has_value());
}
