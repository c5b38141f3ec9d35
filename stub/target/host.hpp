// Host: what is not about a debuggee: files, the machine's name, what the system tells of any process.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/commands/file.hpp"
#include "protocol/documents.hpp"
#include "protocol/error.hpp"
#include "protocol/reply.hpp"
#include "protocol/types.hpp"
#include "stub/target/kernel.hpp"

namespace stub {

struct HostFacts {
  std::string hostname;
  std::string kernel_release;  // "6.1.0-18-amd64"
  std::string kernel_version;  // "#1 SMP …"
  std::string distribution;    // ID of os-release; empty: unknown
};

struct ProcessFacts {
  Pid parent{};
  std::uint32_t real_user = 0, real_group = 0, effective_user = 0, effective_group = 0;
  std::string program;  // the path of its file; its name alone where the file is not to be seen
  std::vector<std::string> arguments;
  std::string triple;           // empty: unknown
  bool ended = false;           // a zombie
  std::optional<Pid> debugger;  // who traces it
};

// File names are as the process `root` sees them (its mount namespace and root); without one, as we do.
// Errors are Errc::system with their errno.
// What the system counts of a thread.
struct TaskFacts {
  char state = 'R';  // as ps(1) shows it
  Pid parent{};
  std::int32_t group = 0, session = 0, nice = 0;
  std::uint64_t flags = 0;                 // the kernel's PF_…
  std::uint64_t pending = 0, blocked = 0;  // signals, a bit each
  std::array<std::uint64_t, 4> microseconds =
      {};  // user, system, and of its children that have ended; a leader: of all
};

// A mapping of a process, and what /proc/PID/smaps adds to it.
struct Mapping {
  MemoryRegion region;
  std::uint64_t present = 0, anonymous = 0;  // bytes in memory or swapped out; those of them that are no file's
  bool left_out = false;                     // of core files (MADV_DONTDUMP)
  bool device = false, huge = false;         // memory of a device; of huge pages (MAP_HUGETLB)
};

class Host {
 public:
  using Root = std::optional<Pid>;

  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  virtual HostFacts facts() = 0;
  // Our own: NAME=VALUE.
  virtual std::vector<std::string> environment() = 0;
  virtual std::optional<ProcessFacts> process_facts(Pid pid) = 0;
  virtual std::optional<TaskFacts> task_facts(ThreadId thread) = 0;
  virtual Result<std::vector<Mapping>> mappings(Pid pid) = 0;
  // Which kinds of mapping a core file has (core(5), "Controlling which mappings are written to the core dump").
  virtual std::optional<std::uint32_t> core_filter(Pid pid) = 0;
  // Of so many pages of anonymous memory from here on, which the process has ever touched; an error: nobody knows.
  virtual Result<std::vector<bool>> touched_pages(Pid pid, Address begin, std::size_t count) = 0;
  // The path of its file; empty where that is not to be seen.
  virtual std::string program(Pid pid) = 0;
  // All that can be seen, but us.
  virtual std::vector<Pid> processes() = 0;
  // Whose processes we may look into; nothing: anybody's.
  virtual std::optional<std::uint32_t> own_user() = 0;
  virtual std::optional<std::string> user_name(std::uint32_t number) = 0;
  virtual std::optional<std::string> group_name(std::uint32_t number) = 0;
  // What there is of a subject ("processes"), by the names that gdbserver has for them ("" is the list of those);
  // nothing where there is no such subject.
  virtual std::optional<SystemTable> system_table(std::string_view subject) = 0;

  // `flags` are file_flags. The descriptor is the caller's to close.
  virtual Result<int> open(Root root, const std::string& path, std::uint32_t flags, std::uint32_t mode) = 0;
  virtual Result<> close(int descriptor) = 0;
  virtual Result<Bytes> read(int descriptor, std::uint64_t length, std::uint64_t offset) = 0;
  virtual Result<std::size_t> write(int descriptor, ByteView bytes, std::uint64_t offset) = 0;
  virtual Result<FileStatus> status(int descriptor) = 0;
  virtual Result<FileStatus> status(Root root, const std::string& path, StatPath::Links links) = 0;
  virtual Result<> unlink(Root root, const std::string& path) = 0;
  // Takes the place of what is there.
  virtual Result<> rename(Root root, const std::string& from, const std::string& to) = 0;
  virtual Result<std::string> read_link(Root root, const std::string& path) = 0;
  virtual Result<> make_symlink(Root root, const std::string& target, const std::string& path) = 0;
  // Over a folder that is there it does nothing.
  virtual Result<> make_folder(Root root, const std::string& path, std::uint32_t mode) = 0;
  virtual Result<> change_mode(Root root, const std::string& path, std::uint32_t mode) = 0;
  // The names in a folder, sorted, those of folders with a / behind them.
  virtual Result<std::vector<std::string>> list(Root root, const std::string& folder) = 0;
  virtual std::string working_directory() = 0;
  // 32 hex digits.
  virtual Result<std::string> md5(Root root, const std::string& path) = 0;
};

}  // namespace stub
