// `monitor set …`: gdbserver's commands about its debug output, in the words that its drivers look for.
#include "protocol/cursor.hpp"
#include "stub/monitor/commands.hpp"

namespace stub::monitor {
namespace {

using Switch = std::optional<bool>;

Switch switched(const std::string& word) {
  if (word == "1" || word == "on") return true;
  if (word == "0" || word == "off") return false;
  return std::nullopt;
}

std::string joined(const Words& words, std::size_t from) {
  std::string out;
  for (auto at = from; at < words.size(); ++at) out += (at == from ? "" : " ") + words[at];
  return out;
}

std::unexpected<Error> malformed(std::string text) { return fail(Errc::malformed, std::move(text)); }

std::unexpected<Error> junk(const Words& words, std::size_t from) {
  const Words before(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(from));
  return malformed("Junk '" + joined(words, from) + "' found at end of 'set debug " + joined(before, 0) + "' command.");
}

std::string state(bool on) { return on ? "enabled.\n" : "disabled.\n"; }

// gdbserver's own words until release 14, and since: `debug 1` has meant its threads in all of them.
Result<std::string> debug_altogether(const View& view, bool on) {
  TRY(view.trace.choose(on ? "threads" : "-all"));
  if (view.words == DebugWords::of_one) return "Debug output " + state(on);
  return (on ? "General debug output " : "All debug output ") + state(on);
}

// A command whose only word is on or off.
Result<std::string> debug_part(const View& view, const Words& words, std::string_view command, const std::string& part,
                               std::string_view subject) {
  const auto on = words.size() == 1 ? switched(words[0]) : std::nullopt;
  if (!on) return malformed("'" + std::string(command) + "' wants 0 or 1.");
  TRY(view.trace.choose((*on ? "+" : "-") + part));
  return std::string(subject) + " debug output " + state(*on);
}

}  // namespace

Result<std::string> set_debug(const View& view, const Words& words) {
  if (words.empty()) return malformed("No debug component name found.");
  const auto& first = words[0];
  if (first.contains(',') || first.starts_with('-') || first.starts_with('+'))
    return malformed("Invalid character found in debug component name.");
  if (const auto all = switched(first)) return words.size() > 1 ? junk(words, 1) : debug_altogether(view, *all);
  if (words.size() < 2) return malformed("Missing value for 'set debug " + first + "' command.");
  if (words.size() > 2) return junk(words, 2);
  const auto on = switched(words[1]);
  if (!on) return malformed("Invalid value '" + words[1] + "' for 'set debug " + first + "'.");
  if (const auto chosen = view.trace.choose((*on ? "+" : "-") + first); !chosen)
    return malformed("Error: " + chosen.error().text);
  return "Debug output for '" + first + "' " + state(*on);
}

Result<std::string> set_remote_debug(const View& view, const Words& words) {
  return debug_part(view, words, "set remote-debug", "remote", "Protocol");
}

Result<std::string> set_event_loop_debug(const View& view, const Words& words) {
  return debug_part(view, words, "set event-loop-debug", "event-loop", "Event loop");
}

Result<std::string> set_debug_format(const View& view, const Words& words) {
  return view.trace.set_format(joined(words, 0));
}

// A client can have files written by vFile too: this gives it nothing new.
Result<std::string> set_debug_file(const View& view, const Words& words) {
  const auto file = joined(words, 0);
  TRY(view.trace.write_to(file));
  return "Debug output goes to " + (file.empty() ? "standard error" : file) + ".\n";
}

}  // namespace stub::monitor
