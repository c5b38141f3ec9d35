#include "protocol/module_reply.hpp"

#include <nlohmann/json.hpp>

#include "protocol/framing.hpp"
#include "protocol/hex.hpp"

namespace stub {

std::string module_reply(const ModuleDescription& module) {
  constexpr std::size_t digits_of_a_number = 16;
  const auto text = [](std::string_view key, std::string_view value) {
    return std::string(key) + ":" + hex_bytes(value) + ";";
  };
  const bool hashed = module.identity == ModuleDescription::Identity::md5;
  return text(hashed ? "md5" : "uuid", module.digits) + text("triple", module.triple) + text("file_path", module.path) +
         "file_offset:" + hex(0, digits_of_a_number) + ";file_size:" + hex(module.size, digits_of_a_number) + ";";
}

std::string modules_reply(const std::vector<ModuleDescription>& modules) {
  std::string out = "[";
  for (const auto& module : modules) {
    const nlohmann::json entry{{"uuid", module.digits},
                               {"triple", module.triple},
                               {"file_path", module.path},
                               {"file_offset", 0},
                               {"file_size", module.size}};
    const auto text =
        (out.size() > 1 ? "," : "") + entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (out.size() + 2 * text.size() < max_packet_size / 2) out += text;
  }
  return out + "]";
}

}  // namespace stub
