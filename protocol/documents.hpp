// The XML documents of qXfer that list things.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/selector.hpp"

namespace stub {

struct ThreadDescription {
  ThreadId id;
  std::string name;
  std::optional<std::uint32_t> core;  // where it ran last
};
// GDB manual, "Thread List Format".
[[nodiscard]] std::string threads_document(const std::vector<ThreadDescription>& threads, ThreadIdForm form);

struct Library {
  std::string name;
  Address link_map;    // struct link_map of the dynamic linker
  Address load_bias;   // l_addr
  Address dynamic;     // l_ld
  Address name_space;  // the r_debug of its namespace
};
struct LibraryList {
  std::optional<Address> main_link_map;  // only for gdb: lldb takes it for something else
  std::vector<Library> libraries;
};
enum class Namespaces : std::uint8_t { hide, show };
// GDB manual, "Library List Format for SVR4 Targets".
[[nodiscard]] std::string libraries_document(const LibraryList& list, Namespaces namespaces);

// What the system tells of all that is in it, by subject.
struct SystemTable {
  std::string type;  // as gdbserver names it, which is not always the annex
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // a cell for each column
};
// GDB manual, "Operating System Information".
[[nodiscard]] std::string system_table_document(const SystemTable& table);

}  // namespace stub
