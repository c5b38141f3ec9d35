#include "protocol/hex.hpp"
#include "stub/inspect/crash_report.hpp"

namespace stub::inspect {
namespace {

// Nothing is fetched and nothing runs, even if some text should get past escaped().
constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root { --back: #fff; --text: #1b1f24; --quiet: #59636e; --line: #d1d9e0; --raised: #f6f8fa; --bad: #b3261e; --here: #fff4ce; }
@media (prefers-color-scheme: dark) {
  :root { --back: #0d1117; --text: #e6edf3; --quiet: #9198a1; --line: #30363d; --raised: #151b23; --bad: #ff7b72; --here: #3d2f00; }
}
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; background: var(--back); color: var(--text);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
.bad { color: var(--bad); font-weight: 600; }
.quiet { color: var(--quiet); }
.frames, .code, table { font: 13px/1.5 ui-monospace, monospace; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; background: var(--raised); }
summary { padding: .4rem .8rem; cursor: pointer; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.frames { margin: 0; padding: .5rem .8rem; border-top: 1px solid var(--line); white-space: pre; }
.code { margin: 0; white-space: pre; }
.here { background: var(--here); }
table { border-collapse: collapse; }
td, th { text-align: left; padding: .1rem 1.2rem .1rem 0; white-space: nowrap; }
th { color: var(--quiet); font-weight: normal; }
</style>
)";

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string element(std::string_view name, std::string_view text, std::string_view css_class = {}) {
  const std::string tag(name);
  const auto attribute = css_class.empty() ? "" : " class=\"" + std::string(css_class) + "\"";
  return "<" + tag + attribute + ">" + escaped(text) + "</" + tag + ">\n";
}

std::string table_html(const Table& table) {
  std::string out = "<div class=\"wide\"><table>\n<tr>";
  for (const auto& column : table.columns) out += "<th>" + escaped(column) + "</th>";
  out += "</tr>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (const auto& cell : row) out += "<td>" + escaped(cell) + "</td>";
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

// The innermost frame with a name is what a folded thread is known by.
std::string innermost(const Backtrace& backtrace) {
  for (const auto& frame : backtrace.frames)
    if (!frame.function.empty()) return frame.function;
  return {};
}

std::string thread_html(const ThreadReport& thread, std::size_t pointer_size, bool open) {
  const auto text = thread.error.empty() ? backtrace_text(thread.backtrace, pointer_size) : thread.error + "\n";
  return std::string("<details") + (open ? " open" : "") + "><summary>Thread " + std::to_string(number(thread.id.tid)) +
         " <b>" + escaped(thread.name) + "</b> <span class=\"quiet\">" + escaped(innermost(thread.backtrace)) +
         "</span></summary>\n<div class=\"wide\"><pre class=\"frames\">" + escaped(text) + "</pre></div></details>\n";
}

std::string code_html(const CrashReport& report) {
  std::string out = "<div class=\"wide\"><pre class=\"code\">";
  for (const auto& line : report.code) {
    const auto text = (line.current ? "=> 0x" : "   0x") + hex(line.address.value) +
                      (line.symbol.empty() ? "" : " <" + line.symbol + ">") + ":  " + line.text;
    out += line.current ? "<span class=\"here\">" + escaped(text) + "</span>\n" : escaped(text) + "\n";
  }
  return out + "</pre></div>\n";
}

Table registers_table(const CrashReport& report) {
  Table table{.columns = {"register", "value"}, .rows = {}};
  table.rows.reserve(report.registers.size());
  for (const auto& entry : report.registers) table.rows.push_back({entry.name, entry.value});
  return table;
}

Table modules_table(const CrashReport& report) {
  Table table{.columns = {"from", "build id", "file"}, .rows = {}};
  table.rows.reserve(report.modules.size());
  for (const auto& module : report.modules)
    table.rows.push_back({"0x" + hex(module.range.begin.value), hex_bytes(module.build_id), module.file});
  return table;
}

std::string summary_html(const CrashReport& report) {
  auto out = element("h1", report.program);
  std::string line = "process " + std::to_string(number(report.pid)) + ":";
  for (const auto& argument : report.arguments) line += " " + argument;
  out += element("p", line, "quiet");
  if (!report.occasion.empty()) out += element("p", report.occasion, "bad");
  if (report.fault) out += element("p", fault_text(*report.fault), "bad");
  if (!report.mapping.empty()) out += element("p", report.mapping);
  return out;
}

}  // namespace

std::string report_html(const CrashReport& report) {
  auto out = std::string(head) + element("title", report.program + " - crash report") + "</head>\n<body>\n";
  out += summary_html(report) + element("h2", "Threads");
  for (const auto& thread : report.threads)
    out += thread_html(thread, report.pointer_size, &thread == &report.threads.front());
  if (!report.code.empty()) out += element("h2", "Instructions") + code_html(report);
  if (!report.registers.empty()) out += element("h2", "Registers") + table_html(registers_table(report));
  if (!report.system_calls.empty()) {
    out += element("h2", "Last system calls") + "<div class=\"wide\"><pre class=\"code\">";
    for (const auto& call : report.system_calls) out += escaped(call) + "\n";
    out += "</pre></div>\n";
  }
  if (!report.modules.empty()) out += element("h2", "Files") + table_html(modules_table(report));
  if (!report.limits.rows.empty()) out += element("h2", "Limits") + table_html(report.limits);
  return out + "</body>\n</html>\n";
}

}  // namespace stub::inspect
