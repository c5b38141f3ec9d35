// Core files of real processes: what is in them is what is in the process.
#include <elf.h>
#include <fcntl.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <sys/user.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "stub/inspect/saved_core.hpp"
#include "stub/linux/linux_host.hpp"
#include "stub/linux/procfs.hpp"
#include "tests/linux/live.hpp"
#include "tests/linux/temporary.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

struct Memory final : inspect::CoreSink {
  Result<> write(ByteView more) override {
    bytes.insert(bytes.end(), more.begin(), more.end());
    return {};
  }
  Result<> skip(std::uint64_t count) override {
    bytes.resize(bytes.size() + count);
    return {};
  }
  Bytes bytes;
};

Bytes core_of(Live& live, ThreadId first) {
  LinuxHost host;
  Memory memory;
  inspect::CoreFile core(live.engine, host, first, memory);
  std::optional<Result<inspect::CoreSummary>> summary;
  while (!summary) summary = core.step();
  REQUIRE(summary->has_value());
  CHECK((*summary)->unseen == 0);
  return std::move(memory.bytes);
}

template <class T>
T at(const Bytes& bytes, std::size_t offset) {
  T out{};
  REQUIRE(offset + sizeof out <= bytes.size());
  std::memcpy(&out, bytes.data() + offset, sizeof out);
  return out;
}

template <class Header, class Segment>
std::vector<Segment> segments_of(const Bytes& core) {
  const auto header = at<Header>(core, 0);
  std::vector<Segment> out;
  out.reserve(header.e_phnum);
  for (std::size_t n = 0; n < header.e_phnum; ++n)
    out.push_back(at<Segment>(core, header.e_phoff + n * sizeof(Segment)));
  return out;
}

// The contents of each note of this type.
template <class Segment>
std::vector<Bytes> notes_of(const Bytes& core, const Segment& notes, std::uint32_t type) {
  std::vector<Bytes> out;
  for (std::size_t place = notes.p_offset; place < notes.p_offset + notes.p_filesz;) {
    const auto note = at<Elf64_Nhdr>(core, place);
    const auto begin = core.begin() + static_cast<std::ptrdiff_t>(place + sizeof note + 8);
    if (note.n_type == type) out.emplace_back(begin, begin + note.n_descsz);
    place += sizeof note + 8 + (note.n_descsz + 3) / 4 * 4;
  }
  return out;
}

template <class Segment>
Bytes memory_at(const Bytes& core, const std::vector<Segment>& segments, Address address, std::size_t size) {
  for (const auto& segment : segments) {
    if (segment.p_type != PT_LOAD || address.value < segment.p_vaddr) continue;
    const auto into = address.value - segment.p_vaddr;
    if (into + size > segment.p_filesz) continue;
    const auto begin = core.begin() + static_cast<std::ptrdiff_t>(segment.p_offset + into);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
  }
  return {};
}

}  // namespace

TEST_CASE("a core has each thread's registers as the kernel lays them out") {
  Sleeper sleeper(Sleeper::Job::running);
  Live live;
  live.attach(sleeper.pid());
  const auto core = core_of(live, live.first());
  const auto segments = segments_of<Elf64_Ehdr, Elf64_Phdr>(core);
  const auto statuses = notes_of(core, segments[0], NT_PRSTATUS);
  REQUIRE(statuses.size() == 3);
  std::set<pid_t> seen;
  for (const auto& bytes : statuses) {
    const auto status = at<elf_prstatus>(bytes, 0);
    CHECK(bytes.size() == sizeof status);
    const ThreadId thread{live.pid, Tid{status.pr_pid}};
    seen.insert(status.pr_pid);
    CHECK(status.pr_ppid == ::getpid());
    CHECK(status.pr_pgrp == ::getpgid(sleeper.pid()));
    CHECK(status.pr_sid == ::getsid(sleeper.pid()));
    CHECK(status.pr_cursig == 0);
    user_regs_struct registers{};
    std::memcpy(&registers, &status.pr_reg, sizeof registers);
    CHECK(registers.rip == live.get(thread, "rip"));
    CHECK(registers.rsp == live.get(thread, "rsp"));
    CHECK(registers.fs_base == live.get(thread, "fs_base"));
  }
  CHECK(seen.size() == 3);
  const auto information = at<elf_prpsinfo>(notes_of(core, segments[0], NT_PRPSINFO).at(0), 0);
  CHECK(information.pr_pid == sleeper.pid());
  CHECK(std::string(information.pr_fname) == "sleeper");
  CHECK(information.pr_uid == ::getuid());
  for (const auto& xsave : notes_of(core, segments[0], NT_X86_XSTATE)) {
    CHECK((at<std::uint64_t>(xsave, 464) & 3) == 3);  // XCR0: x87 and SSE are always there
    CHECK(xsave.size() == live.engine.architecture(live.pid)->sets[1].size);
  }
  REQUIRE(live.engine.detach(live.pid));
}

TEST_CASE("a core has the stack, and no breakpoint of ours") {
  for (const auto& suffix : architectures()) {
    Live live;
    live.launch("breakpoints" + suffix);
    const auto told = live.hear();
    live.insert(told.first);
    const auto core = core_of(live, told.thread);
    const auto read = [&](const auto& segments) {
      const auto sp = Address{live.get(told.thread, suffix.empty() ? "rsp" : "esp")};
      const auto stack = live.engine.read_memory(live.pid, sp, 64).value();
      CHECK(memory_at(core, segments, sp, 64) == stack);
      CHECK(memory_at(core, segments, sp, 64) != Bytes(64));
      const auto code = memory_at(core, segments, told.first, 1);
      CHECK((code.empty() || code[0] != 0xcc));
    };
    suffix.empty() ? read(segments_of<Elf64_Ehdr, Elf64_Phdr>(core)) : read(segments_of<Elf32_Ehdr, Elf32_Phdr>(core));
  }
}

TEST_CASE("a program's code is in its core, without our breakpoint, where its filter has mapped files") {
  Live live;
  live.launch("breakpoints");
  const auto told = live.hear();
  std::ofstream("/proc/" + std::to_string(number(live.pid)) + "/coredump_filter") << "0xf";
  live.insert(told.first);
  const auto core = core_of(live, told.thread);
  const auto code = memory_at(core, segments_of<Elf64_Ehdr, Elf64_Phdr>(core), told.first, 16);
  REQUIRE(code.size() == 16);
  CHECK(code[0] != 0xcc);
  CHECK(code == live.engine.read_memory(live.pid, told.first, 16).value());
}

TEST_CASE("a saved core is its owner's alone") {
  const Temporary folder;
  Live live;
  live.launch("breakpoints");
  LinuxHost host;
  const auto path = folder.path() + "/core";
  const auto core = inspect::SavedCore::begin(live.engine, host, live.first(), path).value();
  std::optional<Result<inspect::CoreSummary>> summary;
  while (!summary) summary = core->step();
  REQUIRE(summary->has_value());
  struct stat s{};
  REQUIRE(::stat(path.c_str(), &s) == 0);
  CHECK((s.st_mode & 0777) == 0600);
  CHECK(static_cast<std::uint64_t>(s.st_size) == (*summary)->size);
  CHECK(::stat((path + ".unfinished").c_str(), &s) != 0);
}

TEST_CASE("what smaps adds to a mapping is read") {
  const auto mappings = procfs::parse_smaps(
      "1000-3000 rw-p 00000000 00:00 0 \nSize: 8 kB\nRss:                4 kB\nAnonymous:          4 kB\n"
      "Swap:               4 kB\nVmFlags: rd wr mr dd \n"
      "3000-4000 r--s 00001000 08:01 7 /dev/x\nRss: 0 kB\nVmFlags: rd io ht\n");
  REQUIRE(mappings.size() == 2);
  CHECK(mappings[0].present == 8192);
  CHECK(mappings[0].anonymous == 8192);
  CHECK(mappings[0].left_out);
  CHECK_FALSE(mappings[0].device);
  CHECK(mappings[1].device);
  CHECK(mappings[1].huge);
  CHECK(mappings[1].region.name == "/dev/x");
}

}  // namespace stub
