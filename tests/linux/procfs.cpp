// The parsers of /proc: right values, every prefix, hostile names.
#include "stub/linux/procfs.hpp"

#include <unistd.h>

#include <algorithm>

#include "tests/support/catch.hpp"

namespace stub::procfs {
namespace {

constexpr std::string_view maps_text =
    "00400000-00452000 r-xp 00001000 08:02 173521      /usr/bin/a name with blanks\n"
    "00651000-00652000 rw-s 00000000 00:00 0 \n"
    "7ffc0000-7ffd0000 ---p 00000000 00:00 0                          [stack]\n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";

constexpr std::string_view status_text =
    "Name:\tPid:\\n7\nUmask:\t0022\nTgid:\t12\nPPid:\t3\nUid:\t1\t2\t3\t4\nVmSize:\t    1234 kB\nCpus_allowed:\tf\n";

}  // namespace

TEST_CASE("maps: addresses, permissions, offset and name") {
  const auto regions = parse_maps(maps_text);
  REQUIRE(regions.size() == 4);
  CHECK(regions[0].start.value == 0x400000);
  CHECK(regions[0].end.value == 0x452000);
  CHECK(regions[0].offset == 0x1000);
  CHECK((regions[0].readable && !regions[0].writable && regions[0].executable && !regions[0].shared));
  CHECK(regions[0].name == "/usr/bin/a name with blanks");
  CHECK((regions[1].readable && regions[1].writable && !regions[1].executable && regions[1].shared));
  CHECK(regions[1].name.empty());
  CHECK_FALSE((regions[2].readable || regions[2].writable || regions[2].executable));
  CHECK(regions[2].name == "[stack]");
  CHECK(regions[3].end.value == 0xffffffffff601000);
}

TEST_CASE("maps: a line cut short anywhere gives no nonsense") {
  for (std::size_t length = 0; length <= maps_text.size(); ++length) {
    const auto regions = parse_maps(maps_text.substr(0, length));
    CHECK(regions.size() <= 4);
    for (const auto& region : regions) CHECK(region.start.value < region.end.value);
  }
}

TEST_CASE("maps: lines that are none are left out") {
  CHECK(parse_maps("").empty());
  CHECK(parse_maps("\n\n").empty());
  CHECK(parse_maps("hello\n").empty());
  CHECK(parse_maps("1000-2000\n").empty());
  CHECK(parse_maps("1000-2000 r-x\n").empty());
  CHECK(parse_maps("xyz-2000 r-xp 0 0 0\n").empty());
  CHECK(parse_maps("11111111111111111-2000 r-xp 0 0 0\n").empty());
}

TEST_CASE("stat: the state stands behind the last parenthesis, whatever the name holds") {
  CHECK(parse_state("12 (cat) R 1 2") == 'R');
  CHECK(parse_state("12 (a) Z b) S 1") == 'S');
  CHECK(parse_state("12 (() T 1") == 'T');
  CHECK(parse_state("12 (line\nbreak) t 1") == 't');
}

TEST_CASE("stat: what is cut short has no state") {
  constexpr std::string_view text = "12 (a (b) c) S 1";
  for (std::size_t length = 0; length < text.find("S"); ++length) {
    INFO(length);
    const auto state = parse_state(text.substr(0, length));
    CHECK((state == '\0' || state == 'c'));  // cut behind the inner parenthesis
  }
  CHECK(parse_state("") == '\0');
  CHECK(parse_state(")") == '\0');
  CHECK(parse_state(") ") == '\0');
}

TEST_CASE("stat: name, group and core of a thread") {
  constexpr std::string_view text =
      "12 (a) b\\\\c\\nd) S 1 77 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 "
      "34 "
      "35 9 37\n";
  const auto stat = parse_stat(text).value();
  CHECK(stat.name == "a) b\\c\nd");
  CHECK(stat.state == 'S');
  CHECK(stat.process_group == 77);
  CHECK(stat.core == 9);
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto cut = parse_stat(text.substr(0, length));
    if (cut && cut->core) CHECK(length > text.find(" 9 37"));
  }
  CHECK_FALSE(parse_stat(""));
  CHECK_FALSE(parse_stat(") ("));
  CHECK_FALSE(parse_stat("1 ) S 1"));
  CHECK(parse_stat("1 (x) S")->core == std::nullopt);
  CHECK(parse_stat("1 (x\\) S")->name == "x\\");
}

TEST_CASE("stat: our own") {
  const Pid self{static_cast<std::int32_t>(::getpid())};
  const auto stat = parse_stat(read_file(of(ThreadId{self, leader(self)}, "stat")).value()).value();
  CHECK(stat.name + "\n" == read_file(of(self, "comm")).value());
  CHECK(stat.process_group == ::getpgrp());
  CHECK(stat.core);
}

TEST_CASE("the entries of a folder that are numbers") {
  const auto processes = numbers_in("/proc");
  CHECK(std::ranges::find(processes, ::getpid()) != processes.end());
  CHECK(numbers_in("/proc/self").empty());
  CHECK(numbers_in("/proc/none").empty());
}

TEST_CASE("a file is read up to what is wanted of it") {
  CHECK(read_file("/proc/self/maps", 10).value().size() == 10);
  CHECK(read_file("/proc/self/maps", 0).value().empty());
}

TEST_CASE("status: fields by name, without blanks") {
  CHECK(status_field(status_text, "Tgid") == "12");
  CHECK(status_field(status_text, "PPid") == "3");
  CHECK(status_field(status_text, "Uid") == "1\t2\t3\t4");
  CHECK(status_field(status_text, "VmSize") == "1234 kB");
  CHECK(status_field(status_text, "Cpus_allowed") == "f");
  CHECK(status_field(status_text, "Pid").empty());
  CHECK(status_field(status_text, "Tgi").empty());
  CHECK(status_field("", "Tgid").empty());
}

TEST_CASE("status: every prefix is read without harm") {
  for (std::size_t length = 0; length <= status_text.size(); ++length) {
    const auto field = status_field(status_text.substr(0, length), "PPid");
    CHECK((field.empty() || field == "3"));
  }
}

TEST_CASE("our own process is there") {
  const Pid self{static_cast<std::int32_t>(::getpid())};
  CHECK(of(self, "maps") == "/proc/" + std::to_string(::getpid()) + "/maps");
  CHECK(of(ThreadId{Pid{3}, Tid{4}}, "stat") == "/proc/3/task/4/stat");
  CHECK_FALSE(parse_maps(read_file(of(self, "maps")).value()).empty());
  CHECK(parse_state(read_file(of(self, "stat")).value()) == 'R');
  CHECK(status_field(read_file(of(self, "status")).value(), "Pid") == std::to_string(::getpid()));
  CHECK_FALSE(read_link(of(self, "exe")).empty());
}

TEST_CASE("what cannot be read is nothing") {
  CHECK_FALSE(read_file("/proc/0/maps"));
  CHECK_FALSE(read_file("/"));
  CHECK(read_link("/").empty());
}

}  // namespace stub::procfs
