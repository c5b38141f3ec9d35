// The tables of qXfer:osdata (gdb's `info os`), read from /proc. Subjects and columns are gdbserver's
// (gdb/nat/linux-osdata.c). What ends while it is read is left out; nothing is asked twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/documents.hpp"
#include "stub/linux/accounts.hpp"

namespace stub::system_tables {

// "" is the list of subjects; nothing where there is no such subject.
[[nodiscard]] std::optional<SystemTable> of_subject(std::string_view subject);

// A table in the making, whose size has a bound whatever the system's processes have come up with.
class Rows {
 public:
  explicit Rows(SystemTable table) : table_(std::move(table)) {}

  // False: that was too much, and the row is not there.
  bool add(std::vector<std::string> row);
  [[nodiscard]] SystemTable take() { return std::move(table_); }

 private:
  SystemTable table_;
  std::size_t bytes_left_ = std::size_t{32} * 1024 * 1024;
};

// Processes (system_tables_processes.cpp).
[[nodiscard]] SystemTable processes();
[[nodiscard]] SystemTable process_groups();
[[nodiscard]] SystemTable threads();
[[nodiscard]] SystemTable files();
// The arguments of /proc/PID/cmdline with blanks between them.
[[nodiscard]] std::string command_line(std::string_view cmdline);
// The name of a process that a table has only by its number; the number where it is gone.
[[nodiscard]] std::string command_of(std::string_view pid);

// What the System V calls made (system_tables_ipc.cpp).
[[nodiscard]] SystemTable shared_memory();
[[nodiscard]] SystemTable semaphores();
[[nodiscard]] SystemTable message_queues();
// Seconds since 1970 as a local time; empty for never.
[[nodiscard]] std::string shown_time(std::string_view seconds);

// Internet sockets (system_tables_sockets.cpp).
[[nodiscard]] SystemTable sockets();
enum class Family : std::uint8_t { inet, inet6 };
enum class Transport : std::uint8_t { stream, datagram };
// The lines of /proc/net/tcp, udp, tcp6 and udp6.
void add_sockets(Rows& rows, std::string_view text, Family family, Transport transport, const Accounts& users);

// The machine (system_tables_machine.cpp).
[[nodiscard]] SystemTable cpus();
[[nodiscard]] SystemTable modules();
[[nodiscard]] SystemTable parse_cpus(std::string_view text);     // /proc/cpuinfo
[[nodiscard]] SystemTable parse_modules(std::string_view text);  // /proc/modules

// The pieces of a line between its blanks.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view line);

}  // namespace stub::system_tables
