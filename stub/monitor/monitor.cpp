#include "stub/monitor/monitor.hpp"

#include <algorithm>
#include <array>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"
#include "stub/monitor/commands.hpp"

namespace stub::monitor {
namespace {

struct Row {
  std::string_view name, arguments, help;
  Result<std::string> (*run)(const View&, const Words&);
};

Result<std::string> help(const View& view, const Words& words);
Result<std::string> leave(const View&, const Words&) { return std::string(); }  // the session does it

constexpr std::array rows = {
    Row{"help", "", "show this list", help},
    Row{"disassemble", "[ADDRESS] [COUNT]", "instructions at ADDRESS (default: the pc; hex)", disassemble},
    Row{"breakpoints", "", "inserted breakpoints: address, original bytes, hits", breakpoints},
    Row{"maps", "", "the memory map", maps},
    Row{"exit", "", "end stub; a launched program is killed, an attached one let go", leave},
};

Result<std::string> help(const View&, const Words&) {
  std::string out = "The following monitor commands are supported:\n";
  for (const auto& row : rows)
    out += "  " + padded(std::string(row.name) + " " + std::string(row.arguments), 34) + std::string(row.help) + "\n";
  return out;
}

Words split(std::string_view line) {
  Words words;
  Cursor in(line);
  while (!in.done())
    if (const auto word = in.until(' '); !word.empty()) words.emplace_back(word);
  return words;
}

}  // namespace

Answer run(const View& view, std::string_view line) {
  auto words = split(line);
  const auto* row = words.empty() ? rows.end() : std::ranges::find(rows, words.front(), &Row::name);
  if (row == rows.end()) {
    auto text = "Unknown monitor command.\n" + help(view, {}).value_or("");
    return {std::move(text), fail(Errc::unsupported, "unknown monitor command"), false};
  }
  words.erase(words.begin());
  auto output = row->run(view, words);
  if (output) return {std::move(*output), {}, row->run == leave};
  return {output.error().text + "\n", std::unexpected(output.error()), false};
}

}  // namespace stub::monitor
