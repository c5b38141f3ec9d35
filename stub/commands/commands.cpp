#include "stub/commands/commands.hpp"

#include <algorithm>
#include <array>

#include "protocol/cursor.hpp"

namespace stub::commands {
namespace {

struct Row {
  std::string_view name;
  Result<> (*run)(const Words&, const Print&);
};
constexpr std::array rows = {
    Row{"bt", backtrace},
    Row{"ps", processes},
};

}  // namespace

std::optional<Result<>> run(const Words& words, const Print& print) {
  const auto* row = words.empty() ? rows.end() : std::ranges::find(rows, words.front(), &Row::name);
  if (row == rows.end()) return std::nullopt;
  return row->run({words.begin() + 1, words.end()}, print);
}

Result<Arguments> parse(const Words& words) {
  Arguments out;
  for (const auto& word : words) {
    if (word == "--json") {
      out.json = true;
    } else if (word.starts_with('-')) {
      return fail(Errc::malformed, "unknown option '" + word + "'; see stub --help");
    } else {
      out.words.push_back(word);
    }
  }
  return out;
}

Result<Pid> pid_of(const std::string& word) {
  Cursor in(word);
  const auto pid = in.decimal();
  if (!pid || !in.done() || *pid == 0 || *pid > 0x7fffffff)
    return fail(Errc::malformed, "bad process id '" + word + "': want a decimal number");
  return Pid{static_cast<std::int32_t>(*pid)};
}

}  // namespace stub::commands
