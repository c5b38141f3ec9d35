// What is listed of a process, out of files as /proc has them.
#include "stub/inspect/process_tables.hpp"

#include <nlohmann/json.hpp>

#include "protocol/little_endian.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::test;
using namespace stub::inspect;

TEST_CASE("a table's columns are as wide as their widest cell") {
  const Table table{.columns = {"a", "bb", "c"}, .rows = {{"xxx", "y", "z"}}};
  CHECK(table_text(table) == "a    bb  c\nxxx  y   z\n");
  CHECK(nlohmann::json::parse(table_json(table)) == nlohmann::json::parse(R"([{"a": "xxx", "bb": "y", "c": "z"}])"));
  CHECK(table_json({}) == "[]\n");
}

TEST_CASE("the auxiliary vector is shown by name, up to its end") {
  FakeTarget target;
  Bytes bytes;
  for (const std::uint64_t word : {6ULL, 4096ULL, 99ULL, 1ULL, 0ULL, 0ULL, 3ULL, 5ULL})
    for (const auto byte : to_little_endian(word, 8)) bytes.push_back(byte);
  target.set_auxv(bytes);
  const auto table = auxv_table(target, Pid{1});
  REQUIRE(table);
  CHECK(table->rows == decltype(table->rows){{"AT_PAGESZ", "0x1000"}, {"99", "0x1"}});
  CHECK_FALSE(auxv_table(target, Pid{2}));
}

TEST_CASE("signal sets are shown by name, where there are any") {
  FakeHost host;
  host.add_file("/proc/1/status", "Name:\tx\nSigIgn:\t0000000000001000\nSigCgt:\t0000000100000402\nShdPnd:\t0\n");
  host.add_file("/proc/1/task/1/status", "SigBlk:\t0000000000010000\nSigPnd:\t0\n");
  const auto table = signals_table(host, Pid{1}, {{Pid{1}, Tid{1}}, {Pid{1}, Tid{2}}});
  REQUIRE(table);
  CHECK(table->rows == decltype(table->rows){{"process", "caught", "SIGINT SIGSEGV SIG33"},
                                             {"process", "ignored", "SIGPIPE"},
                                             {"thread 1", "blocked", "SIGCHLD"}});
  CHECK(host.open_count() == 0);
  CHECK_FALSE(signals_table(host, Pid{2}, {}));
}

TEST_CASE("limits are read by their columns") {
  FakeHost host;
  host.add_file("/proc/1/limits",
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                "Max cpu time              unlimited            unlimited            seconds   \n"
                "Max nice priority         0                    0                    \n"
                "short\n");
  const auto table = limits_table(host, Pid{1});
  REQUIRE(table);
  CHECK(table->rows == decltype(table->rows){{"Max cpu time", "unlimited", "unlimited", "seconds"},
                                             {"Max nice priority", "0", "0", ""}});
}

TEST_CASE("threads are listed with where they are; one that runs is nowhere") {
  FakeTarget target;
  FakeHost host;
  target.add_thread({Pid{1}, Tid{2}}, "evil\n\x1b[2J");
  REQUIRE(target.resume({Pid{1}, Tid{2}}, {}));
  Unwinder unwinder(target, host, Pid{1});
  const auto table = threads_table(target, unwinder, {Pid{1}, Tid{1}});
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0][0] == "*");
  CHECK(table.rows[0][4].starts_with("0x0"));
  CHECK(table.rows[1][2] == "evil??[2J");
  CHECK(table.rows[1][4] == "(running)");
}
