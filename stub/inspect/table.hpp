// Table: what is listed of a process, for people and for programs.
#pragma once

#include <string>
#include <vector>

namespace stub::inspect {

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // a cell for each column
};

// A line of headings and a line for each row.
[[nodiscard]] std::string table_text(const Table& table);
// A list of objects: {"column": "cell"}.
[[nodiscard]] std::string table_json(const Table& table);

}  // namespace stub::inspect
