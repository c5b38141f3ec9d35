#include "stub/inspect/process_tables.hpp"

#include <algorithm>
#include <array>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "protocol/signal.hpp"
#include "stub/inspect/printable.hpp"

namespace stub::inspect {
namespace {

std::string folder_of(Pid pid) { return "/proc/" + std::to_string(number(pid)) + "/"; }

// A file of /proc, which has no size beforehand.
Result<std::string> read_text_file(Host& host, const std::string& path) {
  constexpr std::size_t piece = 65536, most = 1U << 20U;
  const auto file = TRY(host.open({}, path, 0, 0));
  std::string out;
  auto bytes = host.read(file, piece, 0);
  while (bytes && !bytes->empty() && out.size() < most) {
    out += as_text(*bytes);
    bytes = host.read(file, piece, out.size());
  }
  static_cast<void>(host.close(file));
  if (!bytes) return std::unexpected(bytes.error());
  return out;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string_view::npos ? "" : std::string(text.substr(first, last - first + 1));
}

// The value behind `key:` in text of lines.
std::string field(std::string_view text, std::string_view key) {
  for (Cursor in(text); !in.done();) {
    Cursor line(in.until('\n'));
    if (line.until(':') == key) return trimmed(line.take_rest());
  }
  return {};
}

// elf.h, AT_…
struct AuxvRow {
  std::uint64_t type;
  std::string_view name;
};
constexpr std::array auxv_rows = {
    AuxvRow{2, "AT_EXECFD"},        AuxvRow{3, "AT_PHDR"},         AuxvRow{4, "AT_PHENT"},
    AuxvRow{5, "AT_PHNUM"},         AuxvRow{6, "AT_PAGESZ"},       AuxvRow{7, "AT_BASE"},
    AuxvRow{8, "AT_FLAGS"},         AuxvRow{9, "AT_ENTRY"},        AuxvRow{10, "AT_NOTELF"},
    AuxvRow{11, "AT_UID"},          AuxvRow{12, "AT_EUID"},        AuxvRow{13, "AT_GID"},
    AuxvRow{14, "AT_EGID"},         AuxvRow{15, "AT_PLATFORM"},    AuxvRow{16, "AT_HWCAP"},
    AuxvRow{17, "AT_CLKTCK"},       AuxvRow{23, "AT_SECURE"},      AuxvRow{24, "AT_BASE_PLATFORM"},
    AuxvRow{25, "AT_RANDOM"},       AuxvRow{26, "AT_HWCAP2"},      AuxvRow{27, "AT_RSEQ_FEATURE_SIZE"},
    AuxvRow{28, "AT_RSEQ_ALIGN"},   AuxvRow{31, "AT_EXECFN"},      AuxvRow{32, "AT_SYSINFO"},
    AuxvRow{33, "AT_SYSINFO_EHDR"}, AuxvRow{51, "AT_MINSIGSTKSZ"},
};

std::string auxv_name(std::uint64_t type) {
  const auto* row = std::ranges::find(auxv_rows, type, &AuxvRow::type);
  return row == auxv_rows.end() ? std::to_string(type) : std::string(row->name);
}

// fcntl(2): the access mode of the flags that fdinfo has in octal.
std::string access_of(std::string_view flags) {
  constexpr std::array names = {"read", "write", "read, write"};
  const auto mode = flags.empty() ? 3U : static_cast<unsigned>(flags.back() - '0') & 3U;
  return mode < names.size() ? names[mode] : "";
}

// A mask as in /proc/PID/status: bit 0 is signal 1 (proc(5)).
std::string signals_in(std::string_view mask) {
  const auto bits = Cursor(mask).hex().value_or(0);
  constexpr int first_real_time = 32;
  std::string out;
  for (int n = 1; n <= 64; ++n) {
    if ((bits >> static_cast<unsigned>(n - 1) & 1U) == 0) continue;
    out += out.empty() ? "" : " ";
    out += n < first_real_time ? std::string(signal_name(KernelSignal{static_cast<std::uint8_t>(n)}))
                               : "SIG" + std::to_string(n);
  }
  return out;
}

void add_signals(Table& table, const std::string& whose, std::string_view status, std::string_view key,
                 const std::string& what) {
  auto signals = signals_in(field(status, key));
  if (!signals.empty()) table.rows.push_back({whose, what, std::move(signals)});
}

}  // namespace

Table threads_table(Target& target, Unwinder& unwinder, ThreadId selected) {
  Table table{.columns = {" ", "tid", "name", "core", "frame"}, .rows = {}};
  const auto threads = target.threads(selected.pid);
  table.rows.reserve(threads.size());
  const auto* architecture = target.architecture(selected.pid);
  for (const auto& thread : threads) {
    const auto facts = target.thread_facts(thread);
    std::string place = "(running)";
    if (target.stopped(thread) && architecture != nullptr) {
      const auto top = unwinder.backtrace(thread, 1);
      place = top ? frame_text(top->frames.front(), 0, architecture->pointer_size).substr(4) : top.error().text;
    }
    table.rows.push_back({thread == selected ? "*" : " ", std::to_string(number(thread.tid)), printable(facts.name),
                          facts.core ? std::to_string(*facts.core) : "", std::move(place)});
  }
  return table;
}

Result<Table> auxv_table(Target& target, Pid pid) {
  const auto* architecture = target.architecture(pid);
  if (architecture == nullptr) return fail(Errc::no_process, "There is no process.");
  const auto bytes = TRY(target.auxv(pid));
  const auto word = architecture->pointer_size;
  Table table{.columns = {"entry", "value"}, .rows = {}};
  for (std::size_t at = 0; at + 2 * word <= bytes.size(); at += 2 * word) {
    const auto type = from_little_endian(ByteView(bytes).subspan(at, word));
    const auto value = from_little_endian(ByteView(bytes).subspan(at + word, word));
    if (type == 0) break;  // AT_NULL
    table.rows.push_back({auxv_name(type), "0x" + hex(value)});
  }
  return table;
}

Result<Table> descriptors_table(Host& host, Pid pid) {
  auto names = TRY(host.list({}, folder_of(pid) + "fd"));
  for (auto& name : names)
    if (name.ends_with('/')) name.pop_back();
  std::ranges::sort(names,
                    [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
  Table table{.columns = {"fd", "for", "what"}, .rows = {}};
  table.rows.reserve(names.size());
  for (const auto& name : names) {
    const auto info = read_text_file(host, folder_of(pid) + "fdinfo/" + name).value_or("");
    const auto what = host.read_link({}, folder_of(pid) + "fd/" + name).value_or("");
    table.rows.push_back({name, access_of(field(info, "flags")), printable(what)});
  }
  return table;
}

Result<Table> signals_table(Host& host, Pid pid, const std::vector<ThreadId>& threads) {
  const auto status = TRY(read_text_file(host, folder_of(pid) + "status"));
  Table table{.columns = {"whose", "what", "signals"}, .rows = {}};
  add_signals(table, "process", status, "SigCgt", "caught");
  add_signals(table, "process", status, "SigIgn", "ignored");
  add_signals(table, "process", status, "ShdPnd", "pending");
  for (const auto& thread : threads) {
    const auto tid = std::to_string(number(thread.tid));
    const auto own = read_text_file(host, folder_of(pid) + "task/" + tid + "/status").value_or("");
    add_signals(table, "thread " + tid, own, "SigBlk", "blocked");
    add_signals(table, "thread " + tid, own, "SigPnd", "pending");
  }
  return table;
}

// Columns of a fixed width (fs/proc/base.c, proc_pid_limits).
Result<Table> limits_table(Host& host, Pid pid) {
  const auto text = TRY(read_text_file(host, folder_of(pid) + "limits"));
  constexpr std::size_t name_width = 26, value_width = 21;
  Table table{.columns = {"limit", "soft", "hard", "unit"}, .rows = {}};
  Cursor in(text);
  in.until('\n');
  while (!in.done()) {
    const auto line = in.until('\n');
    if (line.size() < name_width + 2 * value_width) continue;
    table.rows.push_back({trimmed(line.substr(0, name_width)), trimmed(line.substr(name_width, value_width)),
                          trimmed(line.substr(name_width + value_width, value_width)),
                          trimmed(line.substr(name_width + 2 * value_width))});
  }
  return table;
}

}  // namespace stub::inspect
