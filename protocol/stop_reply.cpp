#include "protocol/stop_reply.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/hex.hpp"

namespace stub {
namespace {

using Json = nlohmann::json;

std::string pair(std::string_view key, std::string_view value) {
  return std::string(key) + ":" + std::string(value) + ";";
}

std::string register_pairs(const std::vector<RegisterValue>& registers) {
  std::string out;
  for (const auto& reg : registers) out += pair(hex(number(reg.number), 2), hex_bytes(reg.bytes));
  return out;
}

// The manual's keys; which one it is makes no difference to gdb, which looks for what it has set at the address.
std::string_view watch_key(StoppointType type) {
  switch (type) {
    case StoppointType::read_watchpoint:
      return "rwatch";
    case StoppointType::access_watchpoint:
      return "awatch";
    case StoppointType::write_watchpoint:
    case StoppointType::software_breakpoint:
    case StoppointType::hardware_breakpoint:
      break;
  }
  return "watch";
}

std::string gdb_reason(const StopReason& reason, const GdbStopFormat& format) {
  return std::visit(
      Overloaded{
          [](const auto&) { return std::string(); },
          [&](const stop_reason::SoftwareBreakpoint&) {
            return format.software_breakpoints ? pair("swbreak", "") : std::string();
          },
          [&](const stop_reason::HardwareBreakpoint&) {
            return format.hardware_breakpoints ? pair("hwbreak", "") : std::string();
          },
          [](const stop_reason::Watchpoint& w) { return pair(watch_key(w.stoppoint.type), hex(w.hit.value)); },
          [&](const stop_reason::Exec& e) {
            return format.exec_events ? pair("exec", hex_bytes(e.path)) : std::string();
          },
          [&](const stop_reason::Fork& f) { return pair("fork", thread_id_text(f.child, format.ids)); },
          [&](const stop_reason::Vfork& f) { return pair("vfork", thread_id_text(f.child, format.ids)); },
          [](const stop_reason::VforkDone&) { return pair("vforkdone", ""); },
          [&](const stop_reason::Clone& c) { return pair("clone", thread_id_text(c.child, format.ids)); },
          [](const stop_reason::ThreadBirth&) { return pair("create", ""); },
          [](const stop_reason::SystemCallEntry& c) { return pair("syscall_entry", hex(c.number)); },
          [](const stop_reason::SystemCallReturn& c) { return pair("syscall_return", hex(c.number)); },
      },
      reason);
}

struct LldbReason {
  std::string_view word;  // empty: none
  std::string description;
  std::optional<ThreadId> child;  // told under the same word
};

// lldb finds the watchpoint by the first number, and wants the last to be within it.
LldbReason lldb_reason(const StopReason& reason) {
  return std::visit(Overloaded{
                        [](const auto&) { return LldbReason{}; },  // lldb is not told of the others
                        [](const stop_reason::Signal& s) { return LldbReason{"signal", s.description}; },
                        [](const stop_reason::Interrupt&) { return LldbReason{"signal", {}}; },
                        [](const stop_reason::SoftwareBreakpoint&) { return LldbReason{"breakpoint", {}}; },
                        [](const stop_reason::HardwareBreakpoint&) { return LldbReason{"breakpoint", {}}; },
                        [](const stop_reason::Step&) { return LldbReason{"trace", {}}; },
                        [](const stop_reason::Exec&) { return LldbReason{"exec", {}}; },
                        [](const stop_reason::Fork& f) { return LldbReason{"fork", {}, f.child}; },
                        [](const stop_reason::Vfork& f) { return LldbReason{"vfork", {}, f.child}; },
                        [](const stop_reason::VforkDone&) { return LldbReason{"vforkdone", {}}; },
                        [](const stop_reason::Watchpoint& w) {
                          return LldbReason{"watchpoint", std::to_string(w.stoppoint.address.value) + " " +
                                                              std::to_string(w.slot) + " " +
                                                              std::to_string(w.hit.value)};
                        },
                    },
                    reason);
}

// lldb splits a stop reply at these.
bool plain_name(std::string_view name) { return name.find_first_of("$#+-;:*}") == std::string_view::npos; }

Json thread_object(const StoppedThread& thread) {
  const auto reason = lldb_reason(thread.reason);
  Json object = {{"tid", number(thread.id.tid)}, {"name", thread.name}, {"signal", number(thread.signal)}};
  if (!reason.word.empty()) object["reason"] = reason.word;
  if (!reason.description.empty()) object["description"] = reason.description;
  return object;
}

// In target byte order, under the decimal number (lldbgdbremote.md, jThreadsInfo).
Json register_object(const std::vector<RegisterValue>& registers) {
  auto object = Json::object();
  for (const auto& reg : registers) object[std::to_string(number(reg.number))] = hex_bytes(reg.bytes);
  return object;
}

// A thread's name is any bytes; JSON is UTF-8.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string all_threads(const std::vector<StoppedThread>& all, const LldbStopFormat& format) {
  std::string ids, pcs;
  Json infos = Json::array();
  for (const auto& thread : all) {
    const auto* separator = ids.empty() ? "" : ",";
    ids += separator + hex(static_cast<std::uint64_t>(number(thread.id.tid)));
    pcs += separator + hex(thread.pc.value, 16);
    infos.push_back(thread_object(thread));
    if (format.expedite) infos.back()["registers"] = register_object(thread.registers);
  }
  std::string out = pair("threads", ids);
  if (all.size() > 1) out += pair("jstopinfo", hex_bytes(dump(infos)));
  return out + pair("thread-pcs", pcs);
}

// lldb/docs/resources/lldbgdbremote.md, "Stop reply packet extensions": memory. Of any thread: lldb puts all of it into
// the one cache of its process; here it takes half the room that it would in jstopinfo.
std::string memory_pairs(const std::vector<MemoryValue>& memory) {
  std::string out;
  for (const auto& [address, bytes] : memory) out += pair("memory", "0x" + hex(address.value) + "=" + hex_bytes(bytes));
  return out;
}

}  // namespace

std::string gdb_stop_reply(const StoppedThread& stop, const GdbStopFormat& format) {
  const auto signal = hex(number(to_wire(stop.signal, SignalNumbering::gdb)), 2);
  if (!format.details) return "S" + signal;
  return "T" + signal + gdb_reason(stop.reason, format) + register_pairs(stop.registers) +
         (format.thread ? pair("thread", thread_id_text(stop.id, format.ids)) : std::string());
}

std::string lldb_stop_reply(const StoppedThread& stop, const std::vector<StoppedThread>& all,
                            const LldbStopFormat& format) {
  std::string out = "T" + hex(number(to_wire(stop.signal, SignalNumbering::native)), 2);
  out += pair("thread", thread_id_text(stop.id, format.ids));
  if (!stop.name.empty())
    out += plain_name(stop.name) ? pair("name", stop.name) : pair("hexname", hex_bytes(stop.name));
  if (format.list_threads) out += all_threads(all, format);
  out += register_pairs(stop.registers);
  if (format.expedite) {
    out += memory_pairs(stop.memory);
    for (const auto& thread : all)
      if (thread.id != stop.id) out += memory_pairs(thread.memory);
  }
  const auto reason = lldb_reason(stop.reason);
  if (!reason.word.empty()) out += pair("reason", reason.word);
  if (reason.child) out += pair(reason.word, thread_id_text(*reason.child, format.ids));
  if (!reason.description.empty()) out += pair("description", hex_bytes(reason.description));
  return out;
}

std::string lldb_threads_info(const std::vector<StoppedThread>& all) {
  Json infos = Json::array();
  for (const auto& thread : all) {
    auto object = thread_object(thread);
    object["registers"] = register_object(thread.registers);
    infos.push_back(std::move(object));
  }
  return dump(infos);
}

std::string thread_exit_reply(ThreadId thread, int code, ThreadIdForm ids) {
  return "w" + hex(static_cast<std::uint8_t>(code), 2) + ";" + thread_id_text(thread, ids);
}

std::string exit_reply(const Exit& exit, ThreadIdForm ids, SignalNumbering numbering) {
  auto out = std::visit(Overloaded{
                            [](int code) { return "W" + hex(static_cast<std::uint8_t>(code), 2); },
                            [&](KernelSignal signal) { return "X" + hex(number(to_wire(signal, numbering)), 2); },
                        },
                        exit.how);
  if (ids == ThreadIdForm::multiprocess) out += ";process:" + hex(static_cast<std::uint64_t>(number(exit.pid)));
  return out;
}

}  // namespace stub
