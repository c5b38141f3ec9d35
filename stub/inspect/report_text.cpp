#include "protocol/hex.hpp"
#include "stub/inspect/crash_report.hpp"

namespace stub::inspect {
namespace {

std::string heading(const std::string& text) { return "\n" + text + "\n"; }

std::string registers_text(const CrashReport& report) {
  constexpr std::size_t per_line = 4, width = 7;
  std::string out;
  for (std::size_t i = 0; i < report.registers.size(); ++i) {
    auto name = report.registers[i].name;
    name.resize(std::max(width, name.size()), ' ');
    out += "  " + name + report.registers[i].value;
    if (i % per_line == per_line - 1 || i + 1 == report.registers.size()) out += "\n";
  }
  return out;
}

std::string code_text(const CrashReport& report) {
  std::string out;
  for (const auto& line : report.code)
    out += (line.current ? "=> 0x" : "   0x") + hex(line.address.value) +
           (line.symbol.empty() ? "" : " <" + line.symbol + ">") + ":  " + line.text + "\n";
  return out;
}

std::string modules_text(const CrashReport& report) {
  std::string out;
  for (const auto& module : report.modules)
    out += "  0x" + hex(module.range.begin.value) + "-0x" + hex(module.range.end.value) + "  " +
           (module.build_id.empty() ? "no build id" : hex_bytes(module.build_id)) + "  " + module.file + "\n";
  return out;
}

}  // namespace

std::string thread_text(const ThreadReport& thread, std::size_t pointer_size) {
  auto out = "Thread " + std::to_string(number(thread.id.tid)) + " \"" + thread.name + "\":\n";
  return out + (thread.error.empty() ? backtrace_text(thread.backtrace, pointer_size) : thread.error + "\n");
}

std::string report_text(const CrashReport& report) {
  std::string out = "Process " + std::to_string(number(report.pid)) + ": " + report.program + "\n";
  if (!report.arguments.empty()) {
    out += "Command line:";
    for (const auto& argument : report.arguments) out += " " + argument;
    out += "\n";
  }
  if (!report.occasion.empty()) out += report.occasion + "\n";
  if (report.fault) out += fault_text(*report.fault) + "\n";
  if (!report.mapping.empty()) out += report.mapping + "\n";
  for (const auto& thread : report.threads) out += "\n" + thread_text(thread, report.pointer_size);
  if (!report.registers.empty()) out += heading("Registers:") + registers_text(report);
  if (!report.code.empty()) out += heading("Instructions:") + code_text(report);
  if (!report.system_calls.empty()) out += heading("Last system calls:");
  for (const auto& call : report.system_calls) out += "  " + call + "\n";
  if (!report.modules.empty()) out += heading("Files, with build ids:") + modules_text(report);
  if (!report.limits.rows.empty()) out += heading("Limits:") + table_text(report.limits);
  return out;
}

}  // namespace stub::inspect
