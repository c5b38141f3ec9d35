// Processors and kernel modules.
#include <algorithm>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/system_tables.hpp"

namespace stub::system_tables {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  const auto end = text.find_last_not_of(" \t");
  return end == std::string_view::npos ? std::string_view() : text.substr(begin, end + 1 - begin);
}

// Where this column stands; it is made if it is new.
std::size_t column_of(SystemTable& table, std::string_view name) {
  const auto it = std::ranges::find(table.columns, name);
  if (it != table.columns.end()) return static_cast<std::size_t>(it - table.columns.begin());
  table.columns.emplace_back(name);
  return table.columns.size() - 1;
}

}  // namespace

// `key : value`; each processor begins with its own number. What some architectures say of the machine as a whole
// before the first is left out.
SystemTable parse_cpus(std::string_view text) {
  SystemTable table{"cpus", {}, {}};
  Cursor in(text);
  while (!in.done()) {
    Cursor line(in.until('\n'));
    if (!line.rest().contains(':')) continue;
    const auto key = trimmed(line.until(':'));
    if (key == "processor") table.rows.emplace_back();
    if (table.rows.empty() || key.empty()) continue;
    auto& row = table.rows.back();
    const auto column = column_of(table, key);
    row.resize(std::max(row.size(), column + 1));
    row[column] = trimmed(line.take_rest());
  }
  for (auto& row : table.rows) row.resize(table.columns.size());
  return table;
}

SystemTable cpus() { return parse_cpus(procfs::read_file("/proc/cpuinfo").value_or("")); }

// name size uses dependencies state address (kernel/module/procfs.c, m_show)
SystemTable parse_modules(std::string_view text) {
  constexpr std::size_t address = 5;
  Rows rows({"modules", {"name", "size", "num uses", "dependencies", "status", "address"}, {}});
  Cursor in(text);
  while (!in.done()) {
    auto words = words_of(in.until('\n'));
    if (words.size() <= address) continue;
    Cursor number(words[address]);
    number.skip("0x");
    const auto value = number.hex();
    if (!value) continue;
    std::vector<std::string> row(words.begin(), words.begin() + address);
    row.push_back(hex(*value));
    if (!rows.add(std::move(row))) break;
  }
  return rows.take();
}

SystemTable modules() { return parse_modules(procfs::read_file("/proc/modules").value_or("")); }

}  // namespace stub::system_tables
