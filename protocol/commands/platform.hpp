// What lldb asks of a machine rather than of a debuggee (LLDB's docs/resources/lldbplatformpackets.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/name_pattern.hpp"
#include "protocol/types.hpp"

namespace stub {

// Which processes are asked for: those that agree with all that is set.
struct ProcessFilter {
  enum class Match : std::uint8_t { any, equals, starts_with, ends_with, contains, regex };
  Match match = Match::any;  // how the name of the program's file has to do with `name`
  std::string name;
  std::optional<NamePattern> pattern;  // `name`, where it is a regular expression
  std::optional<Pid> pid, parent;
  std::optional<std::uint32_t> real_user, real_group, effective_user, effective_group;
  bool all_users = false;  // else our own processes only, unless we are root
  std::string triple;      // empty: any
};

struct ModuleName {
  std::string path;
  std::string triple;
};

// clang-format off: a line for each
struct QueryWorkingDirectory {};                                         // qGetWorkingDir
struct LaunchDebugServer {};                                             // qLaunchGDBServer;…: where can I debug?
struct QueryDebugServers {};                                             // qQueryGDBServer: where does a process wait for me?
struct KillLaunched { Pid pid; };                                        // qKillSpawnedProcess:pid
struct FirstProcess { ProcessFilter filter; };                           // qfProcessInfo
struct NextProcess {};                                                   // qsProcessInfo
struct QueryProcess { Pid pid; };                                        // qProcessInfoPID:pid
struct QueryUserName { std::uint32_t number = 0; };                      // qUserName:number
struct QueryGroupName { std::uint32_t number = 0; };                     // qGroupName:number
struct RunShell {                                                        // qPlatform_shell:command,timeout[,folder]
  std::string command;
  std::optional<std::uint32_t> seconds;                                  // none: as long as it takes
  std::string working_directory;
};
struct MakeFolder { std::string path; std::uint32_t mode = 0; };         // qPlatform_mkdir:mode,path
struct ChangeMode { std::string path; std::uint32_t mode = 0; };         // qPlatform_chmod:mode,path
struct CompletePath { bool folders_only = false; std::string path; };    // qPathComplete:0|1,path
struct QueryModule { ModuleName module; };                               // qModuleInfo:path;triple
struct QueryModules { std::vector<ModuleName> modules; };                // jModulesInfo:[{"file":…,"triple":…},…]
struct MeasureSpeed { std::size_t length = 0; };                         // qSpeedTest:response_size:n
// clang-format on

using PlatformCommand = std::variant<QueryWorkingDirectory, LaunchDebugServer, QueryDebugServers, KillLaunched,
                                     FirstProcess, NextProcess, QueryProcess, QueryUserName, QueryGroupName, RunShell,
                                     MakeFolder, ChangeMode, CompletePath, QueryModule, QueryModules, MeasureSpeed>;

}  // namespace stub
