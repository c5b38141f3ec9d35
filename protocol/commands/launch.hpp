// Commands that start programs or attach to processes, and say how they shall be started.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/types.hpp"

namespace stub {

// clang-format off: a line for each
struct EnableExtendedMode {};                                                // !
struct Run { std::string program; std::vector<std::string> arguments; };     // vRun;hex;hex…; no program: the last one
struct SetArguments { std::vector<std::string> words; };                     // A length,index,hex,…: lldb 14 starts it
struct QueryLaunchSuccess {};                                                // qLaunchSuccess: did A work?
struct Restart {};                                                           // R
struct Attach { Pid pid; };                                                  // vAttach;pid
struct AttachByName {                                                        // by the name of the program's file
  enum class When : std::uint8_t { now, now_or_later, later };                // vAttachName, vAttachOrWait, vAttachWait
  When when = When::now;
  std::string name;
};
struct QueryAttachOrWait {};                                                 // qVAttachOrWaitSupported
struct QueryProgram {};                                                      // qExecAndArgs
struct SetRandomization { bool disabled = true; };                           // QDisableRandomization, QSetDisableASLR
struct SetStartupWithShell { bool enabled = true; };                         // QStartupWithShell
struct SetWorkingDirectory { std::string path; };                            // QSetWorkingDir; empty: our own
struct ResetEnvironment {};                                                  // QEnvironmentReset
struct SetVariable { std::string assignment; };                              // QEnvironmentHexEncoded, QEnvironment: NAME=VALUE
struct UnsetVariable { std::string name; };                                  // QEnvironmentUnset
struct SetStandardFile { std::size_t descriptor = 0; std::string path; };    // QSetSTDIN, QSetSTDOUT, QSetSTDERR
struct TypeInput { std::string text; };                                      // I: what the program reads from its terminal
struct SetLaunchArchitecture {};                                             // QLaunchArch: we run what there is
struct SetDetachOnError {};                                                  // QSetDetachOnError: README has the rules
// clang-format on

using LaunchCommand = std::variant<EnableExtendedMode, Run, SetArguments, QueryLaunchSuccess, Restart, Attach,
                                   AttachByName, QueryAttachOrWait, QueryProgram, SetRandomization, SetStartupWithShell,
                                   SetWorkingDirectory, ResetEnvironment, SetVariable, UnsetVariable, SetStandardFile,
                                   TypeInput, SetLaunchArchitecture, SetDetachOnError>;

}  // namespace stub
