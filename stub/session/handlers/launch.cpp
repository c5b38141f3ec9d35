#include "protocol/hex.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/process_search.hpp"
#include "stub/session/stop_reporting.hpp"

namespace stub::handlers {
namespace {

Reply started(Context& context, Pid pid) {
  claim(context, pid);
  context.all_stop.take_over(pid);
  const auto threads = context.target.threads(pid);
  context.claims.set_current(threads.empty() ? ThreadId{pid, leader(pid)} : threads.front());
  context.general = context.stops_singly ? std::optional(context.claims.current()) : std::nullopt;
  context.last_words.clear();
  return Reply::text(stop_reply(context));
}

Reply start(Context& context) {
  context.launch.own_terminal = context.dialect.shows_output;
  if (context.launch.program.empty()) return Reply::error({Errc::no_process, "no program was named to run", 0});
  const auto pid = context.surroundings.launch(context.launch);
  return pid ? started(context, *pid) : Reply::error(pid.error());
}

// For a platform connection: nobody is going to debug it.
Result<> start_alone(Context& context) {
  const auto pid = TRY(context.surroundings.launch(context.launch));
  TRY(context.target.detach(pid));
  context.surroundings.let_go(pid);
  context.started = pid;
  return {};
}

bool is_folder(Context& context, const std::string& path) {
  constexpr std::uint64_t type_bits = 0170000, folder = 0040000;  // S_IFMT, S_IFDIR
  const auto status = context.host.status({}, path, StatPath::Links::follow);
  return status && (status->mode & type_bits) == folder;
}

std::vector<std::string>& environment(Context& context) {
  auto& variables = context.launch.environment;
  if (!variables)
    variables = context.dialect.keeps_environment ? context.host.environment() : std::vector<std::string>();
  return *variables;
}

std::string listed(const std::set<Pid>& processes) {
  std::string out;
  for (const auto pid : processes) out += (out.empty() ? "" : ", ") + std::to_string(number(pid));
  return out;
}

Reply attach_to_only(Context& context, const std::string& name, const std::set<Pid>& candidates) {
  if (candidates.empty()) return Reply::error({Errc::no_process, "there is no process named " + name, 0});
  if (candidates.size() == 1) return handlers::handle(context, Attach{*candidates.begin()});
  const auto text =
      "several processes are named " + name + " (" + listed(candidates) + "): attach to one by its number";
  return Reply::error({Errc::wrong_process, text, 0});
}

// Those that were there are none of those waited for, until they have ended.
Reply attach_to_next(Context& context, const std::string& name, std::set<Pid> known) {
  return await_reply(context, [&context, name, known = std::move(known)]() mutable -> std::optional<Reply> {
    auto found = processes_named(context.host, name);
    std::erase_if(known, [&](Pid pid) { return !found.contains(pid); });
    std::erase_if(found, [&](Pid pid) { return known.contains(pid); });
    if (found.empty()) return std::nullopt;
    return attach_to_only(context, name, found);
  });
}

}  // namespace

Reply handle(Context& context, const EnableExtendedMode&) {
  context.extended = true;
  return Reply::ok();
}

// Without a name: the last program, with these arguments. A platform connection then tries A, as lldb-server has it.
Reply handle(Context& context, const Run& packet) {
  if (context.role == Role::platform) return Reply::empty();
  auto& program = context.launch.program;
  if (!packet.program.empty()) program = {packet.program};
  if (!program.empty()) program.resize(1);
  program.insert(program.end(), packet.arguments.begin(), packet.arguments.end());
  context.launch.raw_arguments = context.dialect.raw_arguments;
  return start(context);
}

// A tells nothing of the stop; lldb 14 asks for it when qLaunchSuccess is OK.
Reply handle(Context& context, const SetArguments& packet) {
  context.launch.program = packet.words;
  if (context.role == Role::platform) {
    const auto started = start_alone(context);
    context.launch_failure = started ? std::nullopt : std::optional(started.error());
    return Reply::of(started);
  }
  const auto reply = start(context);
  const auto* error = std::get_if<Error>(&reply.what());
  context.launch_failure = error == nullptr ? std::nullopt : std::optional(*error);
  return error == nullptr ? Reply::ok() : Reply::error(*error);
}

Reply handle(Context& context, const QueryLaunchSuccess&) {
  if (!context.launch_failure) return Reply::ok();
  return Reply::text("E" + context.launch_failure->text);
}

// No reply, says the manual. What runs is killed first.
Reply handle(Context& context, const Restart&) {
  if (!context.extended) return Reply::empty();
  while (!context.claims.empty()) {
    const auto pid = *context.claims.processes().begin();
    static_cast<void>(context.target.kill(pid));
    context.claims.drop(pid);
  }
  static_cast<void>(start(context));
  return Reply::none();
}

// Where threads stop one by one a process "may be attached without being stopped" (GDB manual, vAttach): gdb then stops
// what it wants to be stopped, and could not read of a stop that came before it has looked at the process.
Reply handle(Context& context, const Attach& packet) {
  if (const auto attached = context.surroundings.attach(packet.pid); !attached) return Reply::error(attached.error());
  if (!context.stops_singly) return started(context, packet.pid);
  claim(context, packet.pid);
  for (const auto thread : context.target.threads(packet.pid)) static_cast<void>(context.target.resume(thread, {}));
  return Reply::ok();
}

Reply handle(Context& context, const AttachByName& packet) {
  auto there = processes_named(context.host, packet.name);
  const bool waits =
      packet.when == AttachByName::When::later || (packet.when == AttachByName::When::now_or_later && there.empty());
  if (waits) return attach_to_next(context, packet.name, std::move(there));
  return attach_to_only(context, packet.name, there);
}

Reply handle(Context&, const QueryAttachOrWait&) { return Reply::ok(); }

Reply handle(Context& context, const QueryProgram&) {
  const auto& program = context.launch.program;
  if (program.empty()) return Reply::text("U");
  std::string arguments;
  for (auto word = program.begin() + 1; word != program.end(); ++word)
    arguments += (arguments.empty() ? "" : " ") + (context.launch.raw_arguments ? *word : shell_quoted(*word));
  return Reply::text("S;" + hex_bytes(program.front()) + ";" + hex_bytes(arguments) + ";");
}

Reply handle(Context& context, const SetRandomization& packet) {
  context.launch.disable_randomization = packet.disabled;
  return Reply::ok();
}

Reply handle(Context& context, const SetStartupWithShell& packet) {
  context.launch.with_shell = packet.enabled;
  return Reply::ok();
}

Reply handle(Context& context, const SetWorkingDirectory& packet) {
  if (context.role == Role::platform && !is_folder(context, packet.path))
    return Reply::error({Errc::system, packet.path + " is no directory", 0});
  context.launch.working_directory = packet.path;
  return Reply::ok();
}

Reply handle(Context& context, const ResetEnvironment&) {
  context.launch.environment.reset();
  return Reply::ok();
}

Reply handle(Context& context, const SetVariable& packet) {
  set_variable(environment(context), packet.assignment);
  return Reply::ok();
}

Reply handle(Context& context, const UnsetVariable& packet) {
  unset_variable(environment(context), packet.name);
  return Reply::ok();
}

Reply handle(Context& context, const SetStandardFile& packet) {
  context.launch.files.at(packet.descriptor) = packet.path;
  return Reply::ok();
}

Reply handle(Context& context, const TypeInput& packet) {
  if (!context.surroundings.type) return Reply::empty();
  return Reply::of(context.surroundings.type(packet.text));
}

Reply handle(Context&, const SetLaunchArchitecture&) { return Reply::ok(); }
Reply handle(Context&, const SetDetachOnError&) { return Reply::ok(); }

}  // namespace stub::handlers
