#include "stub/linux/procfs.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>

#include "protocol/cursor.hpp"
#include "stub/linux/fd.hpp"

namespace stub::procfs {
namespace {

// fs/proc/array.c, proc_task_name: the only two characters that a name in stat does not have as they are.
std::string without_escapes(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool escaped = name[i] == '\\' && i + 1 < name.size();
    if (escaped) ++i;
    out += escaped && name[i] == 'n' ? '\n' : name[i];
  }
  return out;
}

}  // namespace

std::optional<MemoryRegion> parse_region(std::string_view line) {
  Cursor in(line);
  MemoryRegion region;
  const auto start = in.address();
  if (!start || !in.skip('-')) return std::nullopt;
  const auto end = in.address();
  if (!end || !in.skip(' ')) return std::nullopt;
  const auto permissions = in.until(' ');
  if (permissions.size() != 4) return std::nullopt;
  region.start = *start;
  region.end = *end;
  region.readable = permissions[0] == 'r';
  region.writable = permissions[1] == 'w';
  region.executable = permissions[2] == 'x';
  region.shared = permissions[3] == 's';
  region.offset = in.hex().value_or(0);
  in.skip(' ');
  for (int column = 0; column < 2; ++column) in.until(' ');  // device, inode
  while (in.skip(' ')) {}
  region.name = in.take_rest();
  return region;
}

std::optional<std::string> read_file(const std::string& path, std::size_t most) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string out;
  std::array<char, 16384> piece{};
  for (;;) {
    const auto got = ::read(file.get(), piece.data(), std::min(piece.size(), most - out.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return out;
    out.append(piece.data(), static_cast<std::size_t>(got));
  }
}

std::string read_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const auto length = ::readlink(path.c_str(), target.data(), target.size());
  return length < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(length));
}

std::string of(Pid pid, std::string_view name) {
  return "/proc/" + std::to_string(number(pid)) + "/" + std::string(name);
}

std::string of(ThreadId thread, std::string_view name) {
  return of(thread.pid, "task/" + std::to_string(number(thread.tid)) + "/" + std::string(name));
}

std::vector<std::int32_t> numbers_in(const std::string& path) {
  std::vector<std::int32_t> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) return out;
  while (const dirent* entry = ::readdir(folder.get())) {
    Cursor name(entry->d_name);
    if (const auto number = name.decimal(); number && name.done()) out.push_back(static_cast<std::int32_t>(*number));
  }
  return out;
}

std::vector<Pid> processes() {
  const auto numbers = numbers_in("/proc");
  std::vector<Pid> out(numbers.size());
  std::ranges::transform(numbers, out.begin(), [](std::int32_t n) { return Pid{n}; });
  return out;
}

std::vector<Tid> threads_of(Pid pid) {
  const auto numbers = numbers_in(of(pid, "task"));
  std::vector<Tid> out(numbers.size());
  std::ranges::transform(numbers, out.begin(), [](std::int32_t n) { return Tid{n}; });
  return out;
}

ThreadId living_thread(Pid pid) {
  const auto lives = [&](Tid tid) {
    const auto state = parse_state(read_file(of(ThreadId{pid, tid}, "stat")).value_or(""));
    return state != 'Z' && state != 'X';
  };
  if (lives(leader(pid))) return {pid, leader(pid)};
  const auto threads = threads_of(pid);
  const auto living = std::ranges::find_if(threads, lives);
  return {pid, living == threads.end() ? leader(pid) : *living};
}

std::string status_field(std::string_view status, std::string_view key) {
  Cursor in(status);
  while (!in.done()) {
    Cursor line(in.until('\n'));
    if (line.until(':') != key) continue;
    while (line.skip('\t') || line.skip(' ')) {}
    return std::string(line.take_rest());
  }
  return {};
}

std::vector<MemoryRegion> parse_maps(std::string_view maps) {
  std::vector<MemoryRegion> regions;
  Cursor in(maps);
  while (!in.done())
    if (auto region = parse_region(in.until('\n'))) regions.push_back(std::move(*region));
  return regions;
}

char parse_state(std::string_view stat) {
  const auto end_of_name = stat.rfind(')');
  if (end_of_name == std::string_view::npos || end_of_name + 2 >= stat.size()) return '\0';
  return stat[end_of_name + 2];
}

std::optional<Stat> parse_stat(std::string_view text) {
  constexpr int group_field = 5, core_field = 39;  // proc(5), pgrp and processor
  const auto begin = text.find('('), end = text.rfind(')');
  const char state = parse_state(text);
  if (state == '\0' || begin > end) return std::nullopt;
  Stat stat{.name = without_escapes(text.substr(begin + 1, end - begin - 1)), .state = state, .core = {}};
  Cursor in(text.substr(end + 2));
  for (int field = 3; !in.done(); ++field) {
    const auto number = Cursor(in.until(' ')).decimal();
    if (field == group_field) stat.process_group = static_cast<std::int32_t>(number.value_or(0));
    if (field == core_field && number) stat.core = static_cast<std::uint32_t>(*number);
  }
  return stat;
}

}  // namespace stub::procfs
