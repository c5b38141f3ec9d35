#include "stub/commands/commands.hpp"

#include <algorithm>
#include <array>

namespace stub::commands {
namespace {

struct Row {
  std::string_view name;
  Result<int> (*run)(const Words&, const Print&);
};
constexpr std::array rows = {
    Row{"bt", backtrace},
    Row{"core", core},
    Row{"doctor", doctor},
    Row{"ps", processes},
};

}  // namespace

std::optional<Result<int>> run(const Words& words, const Print& print) {
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

}  // namespace stub::commands
