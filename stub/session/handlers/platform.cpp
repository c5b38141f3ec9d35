// lldb's platform mode: the machine's files, its shell, and where to debug on it.
#include "protocol/framing.hpp"
#include "protocol/hex.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/places.hpp"

namespace stub::handlers {
namespace {

// F and the kernel's errno, not one of gdb's: lldb takes the number for its own.
Reply zero_or_errno(const Result<>& result) {
  return Reply::text("F" + hex(result ? 0U : static_cast<std::uint64_t>(result.error().number)));
}

}  // namespace

Reply handle(Context& context, const QueryWorkingDirectory&) {
  const auto& chosen = context.launch.working_directory;
  return Reply::text(hex_bytes(chosen.empty() ? context.host.working_directory() : chosen));
}

// No server is started: the client comes once more to the same port. lldb 21's server names no process either; lldb
// takes 0 for none.
Reply handle(Context& context, const LaunchDebugServer&) {
  const auto port = context.surroundings.expect_debugger(context.launch.working_directory);
  if (!port) return Reply::error(port.error());
  return Reply::text("pid:0;port:" + std::to_string(*port) + ";");
}

// lldb then comes there by itself, right behind `platform connect`.
Reply handle(Context& context, const QueryDebugServers&) {
  const auto port = context.surroundings.port_of_waiting();
  return Reply::text(port ? R"([{"port":)" + std::to_string(*port) + "}]" : "E04");
}

Reply handle(Context& context, const KillLaunched& packet) {
  return Reply::of(context.surroundings.end_released(packet.pid));
}

// What a shell says of a command that it may not run: lldb shows the text and the status.
Reply handle(Context&, const RunShell&) {
  constexpr std::string_view refusal = "stub runs no shell commands for its clients\n";
  return Reply::text("F,0000007e,00000000," + std::string(refusal));
}

Reply handle(Context& context, const MakeFolder& packet) {
  return zero_or_errno(context.host.make_folder(context.file_root, placed(context, packet.path), packet.mode));
}

Reply handle(Context& context, const ChangeMode& packet) {
  return zero_or_errno(context.host.change_mode(context.file_root, placed(context, packet.path), packet.mode));
}

Reply handle(Context& context, const CompletePath& packet) {
  const auto begin = packet.path.rfind('/') + 1;  // 0 where there is none
  const auto folder = packet.path.substr(0, begin);
  const auto names = context.host.list(context.file_root, placed(context, folder.empty() ? "." : folder));
  if (!names) return Reply::error(names.error());
  std::string out = "M";
  for (const auto& name : *names) {
    const bool fits = name.starts_with(packet.path.substr(begin)) && (!packet.folders_only || name.ends_with('/'));
    const auto entry = (out.size() > 1 ? "," : "") + hex_bytes(folder + name);
    if (fits && out.size() + entry.size() < max_packet_size) out += entry;
  }
  return Reply::text(out);
}

Reply handle(Context&, const MeasureSpeed& packet) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string data(packet.length, '\0');
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = letters[i % letters.size()];
  return Reply::text("data:" + data);
}

}  // namespace stub::handlers
