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

Reply shell_reply(int status, KernelSignal signal, std::string_view output) {
  return Reply::text("F," + hex(static_cast<std::uint32_t>(status), 8) + "," +
                     hex(static_cast<std::uint64_t>(number(signal)), 8) + "," + std::string(output));
}

constexpr int not_permitted = 126;  // a shell's status for what it may not run

// What fits into a packet, and in words what is not there.
Reply shell_reply(const ShellOutcome& outcome) {
  constexpr std::size_t room_for_words = 256;
  const auto shown = fitting(outcome.output, max_packet_size - room_for_words);
  auto text = outcome.output.substr(0, shown);
  if (outcome.cut || shown < outcome.output.size())
    text += "\nstub: there was more than these " + std::to_string(shown) + " bytes\n";
  if (outcome.timed_out) text += "\nstub: killed, its time was over\n";
  return shell_reply(outcome.status, outcome.signal, text);
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

// lldb shows the text and the status.
Reply handle(Context& context, const RunShell& packet) {
  constexpr std::string_view refusal =
      "stub runs shell commands for its clients only if it is started with --allow-shell\n";
  if (!context.surroundings.run_shell) return shell_reply(not_permitted, signals::none, refusal);
  if (context.awaited) return await_reply(context, {});  // which says why not: nothing must be started
  ShellRequest request{.command = packet.command, .working_directory = packet.working_directory, .timeout = {}};
  if (request.working_directory.empty()) request.working_directory = context.launch.working_directory;
  if (packet.seconds) request.timeout = std::chrono::seconds(*packet.seconds);
  auto outcomes = context.surroundings.run_shell(request);
  if (!outcomes) return shell_reply(not_permitted, signals::none, outcomes.error().text + "\n");
  return await_reply(context, [outcomes = std::move(*outcomes)]() -> std::optional<Reply> {
    const auto outcome = outcomes();
    if (!outcome) return std::nullopt;
    return shell_reply(*outcome);
  });
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
