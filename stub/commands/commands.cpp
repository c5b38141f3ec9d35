#include "stub/commands/commands.hpp"

#include <algorithm>
#include <array>

namespace stub::commands {
namespace {

struct Row {
  std::string_view name;
  Command run;
};

constexpr std::array rows = {
    Row{"core", core},
};

}  // namespace

Command find(std::string_view name) {
  const auto* row = std::ranges::find(rows, name, &Row::name);
  return row == rows.end() ? nullptr : row->run;
}

}  // namespace stub::commands
