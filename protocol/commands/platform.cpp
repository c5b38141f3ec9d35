#include "protocol/commands/platform.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "protocol/commands/parsers.hpp"
#include "protocol/framing.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

Command command(PlatformCommand what) { return Command{std::move(what)}; }

std::optional<std::int32_t> decimal_id(Cursor in) {
  const auto value = in.decimal();
  if (!value || !in.done() || *value > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return static_cast<std::int32_t>(*value);
}

std::optional<std::uint32_t> account(Cursor in) {
  const auto value = in.decimal();
  if (!value || !in.done() || *value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

template <class Packet>
Result<Command> with_account(Cursor in) {
  in.skip(':');
  const auto number = account(in);
  if (!number) return malformed("a decimal number");
  return command(Packet{*number});
}

template <class Packet>
Result<Command> with_pid(Cursor in) {
  in.skip(':');
  const auto number = decimal_id(in);
  if (!number) return malformed("a decimal process id");
  return command(Packet{Pid{*number}});
}

template <class Packet>
Result<Command> with_mode(Cursor in) {
  in.skip(':');
  const auto mode = in.hex();
  const bool separated = in.skip(',');
  auto path = path_from_hex(in.take_rest());
  constexpr std::uint64_t permissions = 07777;
  if (!mode || !separated || !path) return malformed("mode,path");
  return command(Packet{std::move(*path), static_cast<std::uint32_t>(*mode & permissions)});
}

// nullopt: there is no such way.
std::optional<ProcessFilter::Match> match_of(std::string_view word) {
  using enum ProcessFilter::Match;
  if (word == "equals") return equals;
  if (word == "starts_with") return starts_with;
  if (word == "ends_with") return ends_with;
  if (word == "contains") return contains;
  if (word == "regex") return regex;
  return std::nullopt;
}

bool set_text(std::string& field, std::string_view digits) {
  auto text = text_from_hex(digits);
  if (text) field = std::move(*text);
  return text.has_value();
}

bool set_pid(std::optional<Pid>& field, std::string_view text) {
  const auto number = decimal_id(Cursor(text));
  if (number) field = Pid{*number};
  return number.has_value();
}

bool set_account(std::optional<std::uint32_t>& field, std::string_view text) {
  field = account(Cursor(text));
  return field.has_value();
}

// A key that we do not know is none that the answer could be wrong by: lldb-server ignores them too.
bool set_field(ProcessFilter& filter, std::string_view key, std::string_view value) {
  if (key == "name") return set_text(filter.name, value);
  if (key == "triple") return set_text(filter.triple, value);
  if (key == "pid") return set_pid(filter.pid, value);
  if (key == "parent_pid") return set_pid(filter.parent, value);
  if (key == "uid") return set_account(filter.real_user, value);
  if (key == "gid") return set_account(filter.real_group, value);
  if (key == "euid") return set_account(filter.effective_user, value);
  if (key == "egid") return set_account(filter.effective_group, value);
  if (key == "all_users") filter.all_users = value == "1";
  if (key != "name_match") return true;
  const auto match = match_of(value);
  filter.match = match.value_or(ProcessFilter::Match::any);
  return match.has_value();
}

std::optional<ModuleName> module_name(const nlohmann::json& entry) {
  if (!entry.is_object()) return std::nullopt;
  const auto file = entry.find("file");
  const auto triple = entry.find("triple");
  if (file == entry.end() || !file->is_string()) return std::nullopt;
  ModuleName out{.path = file->get<std::string>(), .triple = {}};
  if (triple != entry.end() && triple->is_string()) out.triple = triple->get<std::string>();
  if (out.path.empty() || out.path.contains('\0')) return std::nullopt;
  return out;
}

}  // namespace

// The host that the client names is who shall be let in; who may come in at all has been decided for it already.
Result<Command> launch_debug_server(Cursor) { return command(LaunchDebugServer{}); }

Result<Command> kill_launched(Cursor in) { return with_pid<KillLaunched>(in); }
Result<Command> process_info(Cursor in) { return with_pid<QueryProcess>(in); }
Result<Command> user_name(Cursor in) { return with_account<QueryUserName>(in); }
Result<Command> group_name(Cursor in) { return with_account<QueryGroupName>(in); }
Result<Command> make_folder(Cursor in) { return with_mode<MakeFolder>(in); }
Result<Command> change_mode(Cursor in) { return with_mode<ChangeMode>(in); }

// qfProcessInfo[:key:value;key:value;…]
Result<Command> first_process(Cursor in) {
  FirstProcess packet;
  in.skip(':');
  auto& filter = packet.filter;
  while (!in.done()) {
    const auto key = in.until(':');
    if (!set_field(filter, key, in.until(';'))) return malformed("qfProcessInfo:key:value;…");
  }
  const bool is_pattern = filter.match == ProcessFilter::Match::regex;
  if (is_pattern) filter.pattern = NamePattern::parse(filter.name);
  if (is_pattern && !filter.pattern)
    return malformed("a regular expression as POSIX has the extended ones, not too long and without back references");
  return command(std::move(packet));
}

// qPlatform_shell:command,timeout[,folder]: the timeout in seconds, in hex; lldb means by all ones that there is none.
Result<Command> run_shell(Cursor in) {
  constexpr auto endless = std::numeric_limits<std::uint32_t>::max();
  const bool begins = in.skip(':');
  auto line = path_from_hex(in.until(','));
  Cursor timeout(in.until(','));
  const auto seconds = timeout.hex();
  auto folder = text_from_hex(in.take_rest());
  const bool good = begins && line && seconds && timeout.done() && *seconds <= endless && folder;
  if (!good || folder->contains('\0')) return malformed("qPlatform_shell:command,timeout,folder");
  RunShell packet{.command = std::move(*line), .seconds = {}, .working_directory = std::move(*folder)};
  if (*seconds != endless) packet.seconds = static_cast<std::uint32_t>(*seconds);
  return command(std::move(packet));
}

Result<Command> complete_path(Cursor in) {
  in.skip(':');
  const bool folders_only = in.peek() == '1';
  const bool known = in.skip('0') || in.skip('1');
  const bool separated = in.skip(',');
  auto path = text_from_hex(in.take_rest());
  if (!known || !separated || !path || path->contains('\0')) return malformed("qPathComplete:0 or 1,path");
  return command(CompletePath{folders_only, std::move(*path)});
}

Result<Command> module_info(Cursor in) {
  in.skip(':');
  auto path = path_from_hex(in.until(';'));
  auto triple = text_from_hex(in.take_rest());
  if (!path || !triple) return malformed("qModuleInfo:path;triple");
  return command(QueryModule{{std::move(*path), std::move(*triple)}});
}

Result<Command> modules_info(Cursor in) {
  const auto malformed_list = [] { return malformed(R"(jModulesInfo:[{"file":"…","triple":"…"},…])"); };
  if (!in.skip(':')) return malformed_list();
  const auto list = nlohmann::json::parse(in.take_rest(), nullptr, false);
  if (!list.is_array()) return malformed_list();
  QueryModules packet;
  packet.modules.reserve(list.size());
  for (const auto& entry : list) {
    auto name = module_name(entry);
    if (!name) return malformed_list();
    packet.modules.push_back(std::move(*name));
  }
  return command(std::move(packet));
}

// qSpeedTest:response_size:n;data:…
Result<Command> measure_speed(Cursor in) {
  if (!in.skip(":response_size:")) return malformed("qSpeedTest:response_size:n");
  const auto length = in.decimal();
  if (!length || (!in.done() && !in.skip(';'))) return malformed("qSpeedTest:response_size:n");
  constexpr std::uint64_t most = max_packet_size - 16;
  return command(MeasureSpeed{static_cast<std::size_t>(std::min(*length, most))});
}

}  // namespace stub::parsers
