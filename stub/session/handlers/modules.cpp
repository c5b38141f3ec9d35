// Programs and libraries as files of the host: lldb asks which they are before it takes its own for the same.
#include "protocol/hex.hpp"
#include "protocol/module_reply.hpp"
#include "stub/inspect/module_file.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/places.hpp"

namespace stub::handlers {
namespace {

Result<ModuleDescription> description_of(Context& context, const std::string& name) {
  const auto path = placed(context, name);
  const auto file = TRY(inspect::module_file(context.host, context.file_root, path));
  ModuleDescription out{.path = path, .triple = file.triple, .digits = hex_bytes(file.build_id), .size = file.size};
  out.identity = file.build_id.empty() ? ModuleDescription::Identity::md5 : ModuleDescription::Identity::build_id;
  if (file.build_id.empty()) out.digits = TRY(context.host.md5(context.file_root, path));
  return out;
}

}  // namespace

Reply handle(Context& context, const QueryModule& packet) {
  const auto module = description_of(context, packet.module.path);
  return Reply::text(module ? module_reply(*module) : "E03");  // lldb-server's code
}

// Those that there are.
Reply handle(Context& context, const QueryModules& packet) {
  std::vector<ModuleDescription> found;
  found.reserve(packet.modules.size());
  for (const auto& name : packet.modules)
    if (auto module = description_of(context, name.path)) found.push_back(std::move(*module));
  return Reply::text(modules_reply(found));
}

}  // namespace stub::handlers
