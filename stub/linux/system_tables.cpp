#include "stub/linux/system_tables.hpp"

#include <algorithm>
#include <array>

namespace stub::system_tables {
namespace {

struct Row {
  std::string_view subject, title, description;
  SystemTable (*make)();
};

constexpr std::array subjects = {
    Row{"cpus", "CPUs", "The processors of this machine", cpus},
    Row{"files", "File descriptors", "All open file descriptors", files},
    Row{"modules", "Kernel modules", "The loaded kernel modules", modules},
    Row{"msg", "Message queues", "System V message queues", message_queues},
    Row{"processes", "Processes", "All processes", processes},
    Row{"procgroups", "Process groups", "All processes by process group", process_groups},
    Row{"semaphores", "Semaphores", "System V semaphore sets", semaphores},
    Row{"shm", "Shared-memory regions", "System V shared memory segments", shared_memory},
    Row{"sockets", "Internet-domain sockets", "Internet sockets, TCP and UDP", sockets},
    Row{"threads", "Threads", "All threads", threads},
};

SystemTable list_of_subjects() {
  SystemTable table{"types", {"Type", "Description", "Title"}, {}};
  table.rows.reserve(subjects.size());
  for (const auto& row : subjects)
    table.rows.push_back({std::string(row.subject), std::string(row.description), std::string(row.title)});
  return table;
}

}  // namespace

std::optional<SystemTable> of_subject(std::string_view subject) {
  if (subject.empty() || subject == "types") return list_of_subjects();
  const auto* row = std::ranges::find(subjects, subject, &Row::subject);
  if (row == subjects.end()) return std::nullopt;
  return row->make();
}

bool Rows::add(std::vector<std::string> row) {
  std::size_t bytes = 0;
  for (const auto& cell : row) bytes += sizeof(std::string) + cell.size();
  if (bytes > bytes_left_) return false;
  bytes_left_ -= bytes;
  table_.rows.push_back(std::move(row));
  return true;
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr auto blanks = " \t";
  std::vector<std::string_view> words;
  for (;;) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    if (line.empty()) return words;
    const auto end = std::min(line.find_first_of(blanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

}  // namespace stub::system_tables
