// Shared memory, semaphores and message queues: /proc/sysvipc has a line for each, and its columns are the tables', in
// their order (ipc/shm.c, ipc/sem.c, ipc/msg.c: sysvipc_…_proc_show).
#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <span>

#include "protocol/cursor.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/system_tables.hpp"

namespace stub::system_tables {
namespace {

enum class Shown : std::uint8_t { number, command, user, group, time };

struct Column {
  std::string_view name;
  Shown as;
};

constexpr std::array shared_memory_columns = {
    Column{"key", Shown::number},
    Column{"shmid", Shown::number},
    Column{"permissions", Shown::number},
    Column{"size", Shown::number},
    Column{"creator command", Shown::command},
    Column{"last op. command", Shown::command},
    Column{"num attached", Shown::number},
    Column{"user", Shown::user},
    Column{"group", Shown::group},
    Column{"creator user", Shown::user},
    Column{"creator group", Shown::group},
    Column{"last shmat() time", Shown::time},
    Column{"last shmdt() time", Shown::time},
    Column{"last shmctl() time", Shown::time},
};

constexpr std::array semaphore_columns = {
    Column{"key", Shown::number},
    Column{"semid", Shown::number},
    Column{"permissions", Shown::number},
    Column{"num semaphores", Shown::number},
    Column{"user", Shown::user},
    Column{"group", Shown::group},
    Column{"creator user", Shown::user},
    Column{"creator group", Shown::group},
    Column{"last semop() time", Shown::time},
    Column{"last semctl() time", Shown::time},
};

constexpr std::array message_queue_columns = {
    Column{"key", Shown::number},
    Column{"msqid", Shown::number},
    Column{"permissions", Shown::number},
    Column{"num used bytes", Shown::number},
    Column{"num messages", Shown::number},
    Column{"last msgsnd() command", Shown::command},
    Column{"last msgrcv() command", Shown::command},
    Column{"user", Shown::user},
    Column{"group", Shown::group},
    Column{"creator user", Shown::user},
    Column{"creator group", Shown::group},
    Column{"last msgsnd() time", Shown::time},
    Column{"last msgrcv() time", Shown::time},
    Column{"last msgctl() time", Shown::time},
};

struct Names {
  Accounts users = Accounts::users(), groups = Accounts::groups();
};

std::string show(Shown as, std::string_view word, const Names& names) {
  switch (as) {
    case Shown::number:
      return std::string(word);
    case Shown::command:
      return command_of(word);
    case Shown::user:
      return names.users.name_of(word);
    case Shown::group:
      return names.groups.name_of(word);
    case Shown::time:
      return shown_time(word);
  }
  return {};
}

bool is_number(std::string_view word) {
  Cursor in(word);
  in.skip('-');
  return in.decimal() && in.done();
}

SystemTable read(const char* type, const char* path, std::span<const Column> columns) {
  const Names names;
  SystemTable table{type, {}, {}};
  table.columns.reserve(columns.size());
  for (const auto& column : columns) table.columns.emplace_back(column.name);
  Rows rows(std::move(table));
  const auto text = procfs::read_file(path).value_or("");
  Cursor in(text);
  while (!in.done()) {
    auto words = words_of(in.until('\n'));
    if (words.size() < columns.size() || !std::ranges::all_of(words, is_number)) continue;  // the headline
    std::vector<std::string> row;
    row.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) row.push_back(show(columns[i].as, words[i], names));
    if (!rows.add(std::move(row))) break;
  }
  return rows.take();
}

}  // namespace

std::string shown_time(std::string_view word) {
  std::time_t seconds = 0;
  std::tm parts{};
  std::from_chars(word.data(), word.data() + word.size(), seconds);
  if (seconds == 0 || ::localtime_r(&seconds, &parts) == nullptr) return {};
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a %b %e %H:%M:%S %Y", &parts)};
}

SystemTable shared_memory() { return read("shared memory", "/proc/sysvipc/shm", shared_memory_columns); }
SystemTable semaphores() { return read("semaphores", "/proc/sysvipc/sem", semaphore_columns); }
SystemTable message_queues() { return read("message queues", "/proc/sysvipc/msg", message_queue_columns); }

}  // namespace stub::system_tables
