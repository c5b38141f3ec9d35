// procfs: what core files want to know of a process (proc(5): smaps, stat, status).
#include <unistd.h>

#include <array>

#include "protocol/cursor.hpp"
#include "stub/linux/procfs.hpp"

namespace stub::procfs {
namespace {

std::int32_t signed_number(std::string_view word) {
  Cursor in(word);
  const bool negative = in.skip('-');
  const auto value = static_cast<std::int32_t>(in.decimal().value_or(0));
  return negative ? -value : value;
}

std::uint64_t unsigned_number(std::string_view word) { return Cursor(word).decimal().value_or(0); }

std::uint64_t microseconds(std::string_view ticks) {
  static const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return unsigned_number(ticks) * 1000000 / per_second;
}

std::uint64_t mask(std::string_view status, std::string_view key) {
  return Cursor(status_field(status, key)).hex().value_or(0);
}

// "Rss:       12 kB", "VmFlags: rd wr dd"
void add_line(Mapping& mapping, std::string_view line) {
  Cursor in(line);
  const auto key = in.until(':');
  while (in.skip(' ')) {}
  if (key == "VmFlags") {
    while (!in.done()) {
      const auto flag = in.until(' ');
      mapping.left_out |= flag == "dd";
      mapping.device |= flag == "io" || flag == "pf";
      mapping.huge |= flag == "ht";
    }
    return;
  }
  const auto bytes = in.decimal().value_or(0) * 1024;
  if (key == "Rss" || key == "Swap") mapping.present += bytes;
  if (key == "Anonymous" || key == "Swap") mapping.anonymous += bytes;
}

}  // namespace

// A line that tells of a mapping begins with a number and a dash, the others with a word and a colon.
std::vector<Mapping> parse_smaps(std::string_view smaps) {
  std::vector<Mapping> out;
  for (Cursor in(smaps); !in.done();) {
    const auto line = in.until('\n');
    if (auto region = parse_region(line)) {
      out.push_back({.region = std::move(*region)});
    } else if (!out.empty()) {
      add_line(out.back(), line);
    }
  }
  return out;
}

std::optional<TaskFacts> parse_task(std::string_view stat, std::string_view status) {
  const char state = parse_state(stat);
  if (state == '\0') return std::nullopt;
  std::array<std::string_view, 20> fields;  // the first is the state, field 3 of proc(5)
  Cursor in(stat.substr(stat.rfind(')') + 2));
  for (auto& field : fields) field = in.until(' ');
  return TaskFacts{.state = state,
                   .parent = Pid{signed_number(fields[1])},
                   .group = signed_number(fields[2]),
                   .session = signed_number(fields[3]),
                   .nice = signed_number(fields[16]),
                   .flags = unsigned_number(fields[6]),
                   .pending = mask(status, "SigPnd"),
                   .blocked = mask(status, "SigBlk"),
                   .microseconds = {microseconds(fields[11]), microseconds(fields[12]), microseconds(fields[13]),
                                    microseconds(fields[14])}};
}

}  // namespace stub::procfs
