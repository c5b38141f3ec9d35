// Addresses are texts: JSON's numbers end at 53 bits.
#include <nlohmann/json.hpp>

#include "protocol/hex.hpp"
#include "stub/inspect/crash_report.hpp"

namespace stub::inspect {
namespace {

using Json = nlohmann::ordered_json;

std::string address_text(Address address) { return "0x" + hex(address.value); }

// What a name in a file may be is not said: bytes that are no UTF-8 are replaced.
std::string written(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json to_json(const Frame& frame) {
  Json out{{"pc", address_text(frame.pc)}};
  if (frame.signal_handler_called) out["signal_handler_called"] = true;
  if (!frame.function.empty()) {
    out["function"] = frame.function;
    out["offset"] = frame.offset;
  }
  if (!frame.module.empty()) {
    out["module"] = frame.module;
    out["module_offset"] = address_text(Address{frame.module_offset});
  }
  if (frame.line) {
    out["file"] = frame.line->file;
    out["line"] = frame.line->line;
  }
  return out;
}

Json to_json(const std::vector<ThreadReport>& threads) {
  auto list = Json::array();
  for (const auto& thread : threads) {
    Json entry{{"tid", number(thread.id.tid)}, {"name", thread.name}};
    auto frames = Json::array();
    for (const auto& frame : thread.backtrace.frames) frames.push_back(to_json(frame));
    entry["frames"] = std::move(frames);
    if (const auto end = end_text(thread.backtrace); !end.empty()) entry["stopped"] = end;
    if (!thread.error.empty()) entry["error"] = thread.error;
    list.push_back(std::move(entry));
  }
  return list;
}

Json to_json(const Fault& fault) {
  Json out{{"signal", signal_name(fault.signal)}, {"number", number(fault.signal)}, {"code", fault.code}};
  if (fault.address) out["address"] = address_text(*fault.address);
  if (!fault.cause.empty()) out["cause"] = fault.cause;
  return out;
}

Json code_json(const CrashReport& report) {
  auto list = Json::array();
  for (const auto& line : report.code)
    list.push_back({{"address", address_text(line.address)},
                    {"symbol", line.symbol},
                    {"text", line.text},
                    {"current", line.current}});
  return list;
}

Json modules_json(const CrashReport& report) {
  auto list = Json::array();
  for (const auto& module : report.modules)
    list.push_back({{"file", module.file},
                    {"begin", address_text(module.range.begin)},
                    {"end", address_text(module.range.end)},
                    {"build_id", hex_bytes(module.build_id)}});
  return list;
}

}  // namespace

std::string threads_json(Pid pid, const std::vector<ThreadReport>& threads) {
  return written({{"pid", number(pid)}, {"threads", to_json(threads)}});
}

std::string report_json(const CrashReport& report) {
  Json out{{"pid", number(report.pid)}, {"program", report.program}, {"arguments", report.arguments}};
  if (!report.occasion.empty()) out["occasion"] = report.occasion;
  if (report.fault) out["fault"] = to_json(*report.fault);
  if (!report.mapping.empty()) out["mapping"] = report.mapping;
  out["threads"] = to_json(report.threads);
  auto registers = Json::object();
  for (const auto& entry : report.registers) registers[entry.name] = entry.value;
  out["registers"] = std::move(registers);
  out["code"] = code_json(report);
  if (!report.system_calls.empty()) out["system_calls"] = report.system_calls;
  out["modules"] = modules_json(report);
  out["limits"] = Json::parse(table_json(report.limits));
  return written(out);
}

}  // namespace stub::inspect
