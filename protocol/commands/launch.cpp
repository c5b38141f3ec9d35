#include "protocol/commands/parsers.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

Command command(LaunchCommand what) { return Command{std::move(what)}; }

// `:` and hex up to the end.
std::optional<std::string> hex_text(Cursor in) {
  if (!in.skip(':')) return std::nullopt;
  auto text = text_from_hex(in.take_rest());
  if (!text || text->contains('\0')) return std::nullopt;
  return std::move(*text);
}

// `:0` or `:1`.
std::optional<bool> flag(Cursor in) {
  if (!in.skip(':')) return std::nullopt;
  const bool on = in.peek() == '1';
  if ((!in.skip('0') && !in.skip('1')) || !in.done()) return std::nullopt;
  return on;
}

bool is_assignment(const std::string& text) { return text.find('=') != std::string::npos && text.front() != '='; }

Result<Command> assignment(const std::optional<std::string>& text) {
  if (!text || !is_assignment(*text)) return malformed("NAME=VALUE");
  return command(SetVariable{*text});
}

// `;` and a name in hex; of a path, what lldb-server compares too: its last part.
Result<Command> attach_by_name(Cursor in, AttachByName::When when) {
  const bool separated = in.skip(';');
  auto name = path_from_hex(in.take_rest());
  if (name) name->erase(0, name->rfind('/') + 1);
  if (!separated || !name || name->empty()) return malformed("a program's name in hex");
  return command(AttachByName{when, std::move(*name)});
}

Result<Command> standard_file(Cursor in, std::size_t descriptor) {
  auto path = hex_text(in);
  if (!path) return malformed("a path in hex");
  return command(SetStandardFile{descriptor, std::move(*path)});
}

}  // namespace

// vRun;program;argument;…, each in hex and perhaps empty.
Result<Command> run(Cursor in) {
  if (!in.skip(';')) return malformed("vRun;program;arguments");
  std::vector<std::string> words;
  for (bool more = true; more;) {
    const auto rest = in.rest();
    more = rest.contains(';');
    auto word = text_from_hex(in.until(';'));
    if (!word || word->contains('\0')) return malformed("vRun;program;arguments");
    words.push_back(std::move(*word));
  }
  Run packet{.program = std::move(words.front()), .arguments = {}};
  packet.arguments.assign(std::make_move_iterator(words.begin() + 1), std::make_move_iterator(words.end()));
  return command(std::move(packet));
}

// Alength,index,hex,length,index,hex…: lengths are of the hex digits; indices count up from 0. LLDB's own tests put a
// blank behind the A.
Result<Command> set_arguments(Cursor in) {
  SetArguments packet;
  in.skip(' ');
  while (!in.done()) {
    const auto length = in.decimal();
    const bool separated = in.skip(',');
    const auto index = in.decimal();
    if (!length || !separated || !index || *index != packet.words.size() || !in.skip(','))
      return malformed("Alength,index,hex");
    const auto digits = in.until(',');
    auto word = text_from_hex(digits);
    if (!word || digits.size() != *length || word->contains('\0')) return malformed("Alength,index,hex");
    packet.words.push_back(std::move(*word));
  }
  if (packet.words.empty()) return malformed("Alength,index,hex");
  return command(std::move(packet));
}

// gdb: vAttach;pid. Without a number: not ours.
Result<Command> attach(Cursor in) {
  if (!in.skip(';')) return malformed("vAttach;pid");
  const auto pid = in.id();
  if (!pid || *pid == 0 || !in.done()) return malformed("vAttach;pid");
  return command(Attach{Pid{*pid}});
}

Result<Command> attach_by_name_now(Cursor in) { return attach_by_name(in, AttachByName::When::now); }
Result<Command> attach_by_name_later(Cursor in) { return attach_by_name(in, AttachByName::When::later); }
Result<Command> attach_by_name_now_or_later(Cursor in) { return attach_by_name(in, AttachByName::When::now_or_later); }

// R and two digits that mean nothing.
Result<Command> restart(Cursor) { return command(Restart{}); }

Result<Command> set_randomization(Cursor in) {
  const auto on = flag(in);
  if (!on) return malformed("0 or 1");
  return command(SetRandomization{*on});
}

Result<Command> set_startup_with_shell(Cursor in) {
  const auto on = flag(in);
  if (!on) return malformed("0 or 1");
  return command(SetStartupWithShell{*on});
}

Result<Command> set_working_directory(Cursor in) {
  auto path = hex_text(in);
  if (!path) return malformed("a path in hex");
  return command(SetWorkingDirectory{std::move(*path)});
}

Result<Command> set_variable_hex(Cursor in) { return assignment(hex_text(in)); }

Result<Command> set_variable(Cursor in) {
  if (!in.skip(':')) return malformed("NAME=VALUE");
  return assignment(std::string(in.take_rest()));
}

Result<Command> unset_variable(Cursor in) {
  auto name = hex_text(in);
  if (!name || name->empty()) return malformed("a variable's name in hex");
  return command(UnsetVariable{std::move(*name)});
}

Result<Command> set_standard_input(Cursor in) { return standard_file(in, 0); }
Result<Command> set_standard_output(Cursor in) { return standard_file(in, 1); }
Result<Command> set_standard_error(Cursor in) { return standard_file(in, 2); }

// Ihex: any bytes.
Result<Command> type_input(Cursor in) {
  auto text = text_from_hex(in.take_rest());
  if (!text) return malformed("Ihex");
  return command(TypeInput{std::move(*text)});
}

Result<Command> set_launch_architecture(Cursor) { return command(SetLaunchArchitecture{}); }
Result<Command> set_detach_on_error(Cursor) { return command(SetDetachOnError{}); }

}  // namespace stub::parsers
