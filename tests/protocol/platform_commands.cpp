#include "protocol/framing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;

TEST_CASE("pids, users and groups of the platform's packets are decimal") {
  CHECK(parsed<QueryProcess>("qProcessInfoPID:4711").pid == Pid{4711});
  CHECK(parsed<KillLaunched>("qKillSpawnedProcess:10").pid == Pid{10});
  CHECK(parsed<QueryUserName>("qUserName:4294967295").number == 0xffffffff);
  CHECK(parsed<QueryGroupName>("qGroupName:10").number == 10);
  CHECK(is_malformed("qProcessInfoPID:1f"));
  CHECK(is_malformed("qProcessInfoPID:2147483648"));
  CHECK(is_malformed("qProcessInfoPID:"));
  CHECK(is_malformed("qKillSpawnedProcess:-1"));
  CHECK(is_malformed("qUserName:4294967296"));
}

TEST_CASE("a filter for processes has any of its fields, or none") {
  const auto filter = parsed<FirstProcess>(
                          "qfProcessInfo:name_match:ends_with;name:6162;pid:1;parent_pid:2;uid:3;gid:4;euid:5;egid:6;"
                          "all_users:1;triple:7838;")
                          .filter;
  CHECK(filter.match == ProcessFilter::Match::ends_with);
  CHECK(filter.name == "ab");
  CHECK(filter.pid == Pid{1});
  CHECK(filter.parent == Pid{2});
  CHECK(filter.real_user == 3);
  CHECK(filter.real_group == 4);
  CHECK(filter.effective_user == 5);
  CHECK(filter.effective_group == 6);
  CHECK(filter.all_users);
  CHECK(filter.triple == "x8");
  const auto empty = parsed<FirstProcess>("qfProcessInfo").filter;
  CHECK(empty.match == ProcessFilter::Match::any);
  CHECK_FALSE(empty.pid);
  CHECK_FALSE(empty.all_users);
  CHECK_FALSE(parsed<FirstProcess>("qfProcessInfo:all_users:0;unheard_of:1;").filter.all_users);
}

TEST_CASE("a filter that we could not obey is refused") {
  CHECK(is_malformed("qfProcessInfo:name_match:regex;name:28;"));
  CHECK(is_malformed("qfProcessInfo:name:28;name_match:regex;"));
  CHECK(is_malformed("qfProcessInfo:name_match:none;name:28;"));
  CHECK(is_malformed("qfProcessInfo:name:6;"));
  CHECK(is_malformed("qfProcessInfo:pid:x;"));
  CHECK(is_malformed("qfProcessInfo:uid:;"));
}

TEST_CASE("a mode comes before its path, and has no more than permissions") {
  CHECK(parsed<MakeFolder>("qPlatform_mkdir:000001ed,2f78").path == "/x");
  CHECK(parsed<MakeFolder>("qPlatform_mkdir:000001ed,2f78").mode == 0755);
  CHECK(parsed<ChangeMode>("qPlatform_chmod:ffffffffffff,2f78").mode == 07777);
  CHECK(is_malformed("qPlatform_mkdir:1ed,"));
  CHECK(is_malformed("qPlatform_mkdir:,2f78"));
  CHECK(is_malformed("qPlatform_mkdir:1ed,2f7800"));
}

TEST_CASE("a shell command may have a folder") {
  CHECK(parsed<RunShell>("qPlatform_shell:6c73,0000000a").command == "ls");
  CHECK(parsed<RunShell>("qPlatform_shell:6c73,0000000a").working_directory.empty());
  CHECK(parsed<RunShell>("qPlatform_shell:6c73,0000000a,2f").working_directory == "/");
  CHECK(parsed<RunShell>("qPlatform_shell:6c73,0000000a").seconds == 10);
  CHECK_FALSE(parsed<RunShell>("qPlatform_shell:6c73,ffffffff").seconds);
  for (const auto* bad :
       {"qPlatform_shell:6c73", "qPlatform_shell:6c73,", "qPlatform_shell:6c73,x", "qPlatform_shell:6c73,100000000",
        "qPlatform_shell:6c0073,a", "qPlatform_shell:,a", "qPlatform_shell:6c73,a,2f00", "qPlatform_shell;6c73,a"})
    CHECK(is_malformed(bad));
}

TEST_CASE("a path to be completed may be empty") {
  CHECK(parsed<CompletePath>("qPathComplete:0,").path.empty());
  CHECK(parsed<CompletePath>("qPathComplete:1,2f").folders_only);
  CHECK_FALSE(parsed<CompletePath>("qPathComplete:0,2f").folders_only);
  CHECK(is_malformed("qPathComplete:2,2f"));
  CHECK(is_malformed("qPathComplete:12f"));
}

TEST_CASE("a module is a path and a triple") {
  const auto module = parsed<QueryModule>("qModuleInfo:2f78;7838").module;
  CHECK(module.path == "/x");
  CHECK(module.triple == "x8");
  CHECK(is_malformed("qModuleInfo:;7838"));
}

TEST_CASE("modules are a JSON list") {
  const auto modules =
      parsed<QueryModules>(R"(jModulesInfo:[{"file":"/a","triple":"x8"},{"triple":"x8","file":"/b"}])").modules;
  REQUIRE(modules.size() == 2);
  CHECK(modules[0].path == "/a");
  CHECK(modules[1].path == "/b");
  CHECK(modules[1].triple == "x8");
  CHECK(is_malformed("jModulesInfo:"));
  CHECK(is_malformed("jModulesInfo:{}"));
  CHECK(is_malformed("jModulesInfo:[1]"));
  CHECK(is_malformed(R"(jModulesInfo:[{"triple":"x8"}])"));
  CHECK(is_malformed(R"(jModulesInfo:[{"file":""}])"));
  CHECK(is_malformed(R"(jModulesInfo:[{"file":"/a"})"));
}

TEST_CASE("a list of modules that nests without end does no harm") {
  CHECK(is_malformed("jModulesInfo:" + std::string(100'000, '[')));
  CHECK(is_malformed("jModulesInfo:" + std::string(100'000, '[') + std::string(100'000, ']')));
}

TEST_CASE("a speed test is bounded by a packet") {
  CHECK(parsed<MeasureSpeed>("qSpeedTest:response_size:16;data:x").length == 16);
  CHECK(parsed<MeasureSpeed>("qSpeedTest:response_size:18446744073709551615;").length < max_packet_size);
  CHECK(is_malformed("qSpeedTest:data:x"));
}

TEST_CASE("what the client says of itself when it wants to debug is not needed") {
  CHECK_NOTHROW(parsed<LaunchDebugServer>("qLaunchGDBServer;host:box;port:1;"));
  CHECK_NOTHROW(parsed<LaunchDebugServer>("qLaunchGDBServer"));
}
