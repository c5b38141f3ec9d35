#include "stub/session/role.hpp"

namespace stub {
namespace {

// What is said before anything is asked for, or for a launch that may come.
template <class... Packets>
struct AnyOf {
  template <class Packet>
  static constexpr bool has = (std::is_same_v<Packet, Packets> || ...);
};
using Preliminary = AnyOf<StartNoAckMode, Echo, EnableErrorStrings, SetRandomization, SetWorkingDirectory, SetVariable,
                          SetStandardFile, SetLaunchArchitecture, SetDetachOnError>;

// A platform connection sends these where it starts a program that nobody shall debug.
using Launching = AnyOf<Run, SetArguments, QueryLaunchSuccess, QueryProcessInfo, QueryCurrentThread>;

template <class Packet>
Role role_with(Role role, const Packet&) {
  if constexpr (Preliminary::has<Packet>) return role;
  if constexpr (std::is_same_v<Packet, QueryHostInfo>) return Role::platform;
  if constexpr (Launching::has<Packet>) return role == Role::platform ? role : Role::debugging;
  return Role::debugging;
}

}  // namespace

Role role_after(Role role, const Command& command) {
  if (role == Role::debugging) return role;
  return std::visit(Overloaded{
                        [&](const UnknownCommand&) { return role; },
                        [&](const FileCommand&) { return role; },
                        [&](const PlatformCommand&) { return role; },
                        [&](const auto& family) {
                          return std::visit([&](const auto& packet) { return role_with(role, packet); }, family);
                        },
                    },
                    command);
}

}  // namespace stub
