#include "stub/inspect/table.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace stub::inspect {
namespace {

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto cell = cells[i];
    if (i + 1 < cells.size()) cell.resize(std::max(cell.size(), widths[i]), ' ');
    line += (i == 0 ? "" : "  ") + cell;
  }
  return line + "\n";
}

}  // namespace

std::string table_text(const Table& table) {
  std::vector<std::size_t> widths(table.columns.size());
  for (std::size_t i = 0; i < widths.size(); ++i) {
    widths[i] = table.columns[i].size();
    for (const auto& row : table.rows) widths[i] = std::max(widths[i], row[i].size());
  }
  auto out = line_of(table.columns, widths);
  for (const auto& row : table.rows) out += line_of(row, widths);
  return out;
}

std::string table_json(const Table& table) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    nlohmann::ordered_json entry;
    for (std::size_t i = 0; i < row.size(); ++i) entry[table.columns[i]] = row[i];
    list.push_back(std::move(entry));
  }
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace stub::inspect
