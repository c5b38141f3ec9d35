// The replies to qModuleInfo and jModulesInfo: which file this is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stub {

struct ModuleDescription {
  std::string path;
  std::string triple;
  enum class Identity : std::uint8_t { build_id, md5 } identity{};
  std::string digits;  // of either, in hex
  std::uint64_t size = 0;
};

[[nodiscard]] std::string module_reply(const ModuleDescription& module);
// As many of them as a packet holds.
[[nodiscard]] std::string modules_reply(const std::vector<ModuleDescription>& modules);

}  // namespace stub
