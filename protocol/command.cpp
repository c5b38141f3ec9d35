#include "protocol/command.hpp"

#include <algorithm>
#include <array>

#include "protocol/commands/parsers.hpp"
#include "protocol/hex.hpp"

namespace stub {
namespace {

using namespace parsers;

struct Row {
  std::string_view name;
  Parser parse;
};

// The index of the protocol: one row per packet, sorted by name.
constexpr std::array rows = {
    Row{"!", bare<EnableExtendedMode, LaunchCommand>},
    Row{"?", bare<QueryStopReason, ProcessCommand>},
    Row{"A", set_arguments},
    Row{"C", resume_run_signal},
    Row{"D", detach},
    Row{"G", write_registers},
    Row{"H", select_thread},
    Row{"I", type_input},
    Row{"M", write_memory_hex},
    Row{"P", write_register},
    Row{"QCatchSyscalls", catch_system_calls},
    Row{"QDisableRandomization", set_randomization},
    Row{"QEnableErrorStrings", bare<EnableErrorStrings, SessionCommand>},
    Row{"QEnvironment", set_variable},
    Row{"QEnvironmentHexEncoded", set_variable_hex},
    Row{"QEnvironmentReset", bare<ResetEnvironment, LaunchCommand>},
    Row{"QEnvironmentUnset", unset_variable},
    Row{"QLaunchArch", set_launch_architecture},
    Row{"QListThreadsInStopReply", bare<ListThreadsInStopReply, SessionCommand>},
    Row{"QNonStop", non_stop},
    Row{"QPassSignals", pass_signals},
    Row{"QProgramSignals", program_signals},
    Row{"QRestoreRegisterState", restore_registers},
    Row{"QSaveRegisterState", save_registers},
    Row{"QSetDetachOnError", set_detach_on_error},
    Row{"QSetDisableASLR", set_randomization},
    Row{"QSetSTDERR", set_standard_error},
    Row{"QSetSTDIN", set_standard_input},
    Row{"QSetSTDOUT", set_standard_output},
    Row{"QSetWorkingDir", set_working_directory},
    Row{"QStartNoAckMode", bare<StartNoAckMode, SessionCommand>},
    Row{"QStartupWithShell", set_startup_with_shell},
    Row{"QThreadEvents", thread_events},
    Row{"QThreadOptions", thread_options},
    Row{"QThreadSuffixSupported", bare<EnableThreadSuffix, SessionCommand>},
    Row{"R", restart},
    Row{"S", resume_step_signal},
    Row{"T", thread_alive},
    Row{"X", write_memory_binary},
    Row{"Z", insert_stoppoint},
    Row{"c", resume_run},
    Row{"g", read_registers},
    Row{"jModulesInfo", modules_info},
    Row{"jThreadsInfo", bare<QueryThreadsInfo, ThreadCommand>},
    Row{"k", bare<Kill, ProcessCommand>},
    Row{"m", read_memory_hex},
    Row{"p", read_register},
    Row{"qAttached", attached},
    Row{"qC", bare<QueryCurrentThread, ThreadCommand>},
    Row{"qCRC", checksum_memory},
    Row{"qEcho", echo},
    Row{"qExecAndArgs", bare<QueryProgram, LaunchCommand>},
    Row{"qGetTLSAddr", thread_local_address},
    Row{"qGetWorkingDir", bare<QueryWorkingDirectory, PlatformCommand>},
    Row{"qGroupName", group_name},
    Row{"qHostInfo", bare<QueryHostInfo, ProcessCommand>},
    Row{"qKillSpawnedProcess", kill_launched},
    Row{"qLaunchGDBServer", launch_debug_server},
    Row{"qLaunchSuccess", bare<QueryLaunchSuccess, LaunchCommand>},
    Row{"qMemoryRegionInfo", memory_region},
    Row{"qModuleInfo", module_info},
    Row{"qPathComplete", complete_path},
    Row{"qPlatform_chmod", change_mode},
    Row{"qPlatform_mkdir", make_folder},
    Row{"qPlatform_shell", run_shell},
    Row{"qProcessInfo", bare<QueryProcessInfo, ProcessCommand>},
    Row{"qProcessInfoPID", process_info},
    Row{"qQueryGDBServer", bare<QueryDebugServers, PlatformCommand>},
    Row{"qRcmd", monitor},
    Row{"qSaveCore", save_core},
    Row{"qSearch", search_memory},
    Row{"qSpeedTest", measure_speed},
    Row{"qSupported", supported},
    Row{"qSymbol", offer_symbols},
    Row{"qUserName", user_name},
    Row{"qVAttachOrWaitSupported", bare<QueryAttachOrWait, LaunchCommand>},
    Row{"qWatchpointSupportInfo", watchpoint_support},
    Row{"qXfer", transfer},
    Row{"qfProcessInfo", first_process},
    Row{"qfThreadInfo", bare<FirstThreads, ThreadCommand>},
    Row{"qsProcessInfo", bare<NextProcess, PlatformCommand>},
    Row{"qsThreadInfo", bare<NextThreads, ThreadCommand>},
    Row{"s", resume_step},
    Row{"vAttach", attach},
    Row{"vAttachName", attach_by_name_now},
    Row{"vAttachOrWait", attach_by_name_now_or_later},
    Row{"vAttachWait", attach_by_name_later},
    Row{"vCont", resume_all},
    Row{"vCont?", bare<QueryResumeActions, ResumeCommand>},
    Row{"vCtrlC", bare<InterruptNonStop, ResumeCommand>},
    Row{"vFile", file},
    Row{"vKill", kill_process},
    Row{"vRun", run},
    Row{"vStdio", bare<AcknowledgeOutput, ResumeCommand>},
    Row{"vStopped", bare<AcknowledgeStop, ResumeCommand>},
    Row{"x", read_memory_binary},
    Row{"z", remove_stoppoint},
};
static_assert(std::ranges::is_sorted(rows, {}, &Row::name));

// Packets that glue their argument to their name.
constexpr std::array glued = {
    Row{"_M", allocate_memory},
    Row{"_m", deallocate_memory},
    Row{"qRegisterInfo", register_info},
    Row{"qThreadStopInfo", thread_stop},
};

// A name is taken whole before it is looked up, so qC can never answer for qCRC.
std::string_view name_of(std::string_view packet) {
  if (std::string_view("qQvb_j").contains(packet.front())) return packet.substr(0, packet.find_first_of(",:;"));
  return packet.substr(0, 1);
}

Result<Command> parse_glued(std::string_view packet) {
  for (const auto& row : glued)
    if (packet.starts_with(row.name)) return row.parse(Cursor(packet.substr(row.name.size())));
  return Command{UnknownCommand{}};
}

}  // namespace

std::optional<std::string> parsers::path_from_hex(std::string_view digits) {
  auto text = text_from_hex(digits);
  // A NUL would cut the path short for the kernel.
  if (!text || text->empty() || text->contains('\0')) return std::nullopt;
  return text;
}

std::unexpected<Error> parsers::malformed(std::string_view want) {
  return fail(Errc::malformed, "malformed packet, want " + std::string(want));
}

Result<Command> parse_command(std::string_view packet) {
  if (packet.empty()) return Command{UnknownCommand{}};
  // MultiMemRead: begins with M and is no write.
  if (packet.starts_with("MultiMemRead:")) return Command{UnknownCommand{}};
  const auto name = name_of(packet);
  const auto* row = std::ranges::lower_bound(rows, name, {}, &Row::name);
  if (row == rows.end() || row->name != name) return parse_glued(packet);
  return row->parse(Cursor(packet.substr(name.size())));
}

}  // namespace stub
