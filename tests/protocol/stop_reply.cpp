#include "protocol/stop_reply.hpp"

#include <nlohmann/json.hpp>

#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"

using namespace stub;

namespace {

const ThreadId thread_1{Pid{0x1a}, Tid{0x1a}}, thread_2{Pid{0x1a}, Tid{0x1b}};
constexpr KernelSignal usr1{10}, segv{11};
constexpr GdbStopFormat gdb_asks_for_all{ThreadIdForm::multiprocess, true, true, true};
constexpr GdbStopFormat gdb_asks_for_nothing{ThreadIdForm::plain, false, false, false};

stop_reason::Watchpoint watch_hit(StoppointType type, std::uint64_t address, std::uint64_t hit,
                                  std::uint32_t slot = 0) {
  return {Stoppoint{type, Address{address}, 16}, Address{hit}, slot};
}

StoppedThread stopped(ThreadId id, KernelSignal signal, StopReason reason) {
  return {.id = id,
          .name = "prog",
          .signal = signal,
          .reason = std::move(reason),
          .pc = Address{0x401000},
          .registers = {}};
}

std::string to_gdb(KernelSignal signal, const StopReason& reason) {
  return gdb_stop_reply(stopped(thread_1, signal, reason), gdb_asks_for_all);
}

std::string to_lldb(KernelSignal signal, const StopReason& reason) {
  return lldb_stop_reply(stopped(thread_1, signal, reason), {}, {});
}

}  // namespace

TEST_CASE("gdb is told of a breakpoint, a watchpoint, an exec by their keys") {
  CHECK(to_gdb(signals::trap, stop_reason::SoftwareBreakpoint{}) == "T05swbreak:;thread:p1a.1a;");
  CHECK(to_gdb(signals::trap, stop_reason::HardwareBreakpoint{}) == "T05hwbreak:;thread:p1a.1a;");
  CHECK(to_gdb(signals::trap, watch_hit(StoppointType::write_watchpoint, 0x4040c0, 0x4040c8)) ==
        "T05watch:4040c8;thread:p1a.1a;");
  CHECK(to_gdb(signals::trap, stop_reason::Exec{"/bin/true"}) == "T05exec:2f62696e2f74727565;thread:p1a.1a;");
}

TEST_CASE("gdb is told what kind of watchpoint it was, and where within it") {
  using enum StoppointType;
  CHECK(to_gdb(signals::trap, watch_hit(write_watchpoint, 0x10, 0x18)) == "T05watch:18;thread:p1a.1a;");
  CHECK(to_gdb(signals::trap, watch_hit(read_watchpoint, 0x10, 0x18)) == "T05rwatch:18;thread:p1a.1a;");
  CHECK(to_gdb(signals::trap, watch_hit(access_watchpoint, 0x10, 0x18)) == "T05awatch:18;thread:p1a.1a;");
}

TEST_CASE("gdb is told of the rest by the signal alone, in its own numbers") {
  CHECK(to_gdb(signals::trap, stop_reason::Step{}) == "T05thread:p1a.1a;");
  CHECK(to_gdb(signals::interrupt, stop_reason::Interrupt{}) == "T02thread:p1a.1a;");
  CHECK(to_gdb(usr1, stop_reason::Signal{}) == "T1ethread:p1a.1a;");
  CHECK(to_gdb(segv, stop_reason::Signal{}) == "T0bthread:p1a.1a;");
  CHECK(to_gdb(signals::none, stop_reason::None{}) == "T00thread:p1a.1a;");
}

TEST_CASE("gdb is not told by keys that it did not ask for") {
  const auto reply = [](const StopReason& reason) {
    return gdb_stop_reply(stopped(thread_1, signals::trap, reason), gdb_asks_for_nothing);
  };
  CHECK(reply(stop_reason::SoftwareBreakpoint{}) == "T05thread:1a;");
  CHECK(reply(stop_reason::HardwareBreakpoint{}) == "T05thread:1a;");
  CHECK(reply(stop_reason::Exec{"/bin/true"}) == "T05thread:1a;");
}

TEST_CASE("registers stand in gdb's reply between the reason and the thread") {
  auto thread = stopped(thread_2, signals::trap, stop_reason::SoftwareBreakpoint{});
  thread.registers = {{RegisterNumber{6}, {0xe0, 0xff}}, {RegisterNumber{16}, {0, 0x10, 0x40, 0, 0, 0, 0, 0}}};
  CHECK(gdb_stop_reply(thread, gdb_asks_for_all) == "T05swbreak:;06:e0ff;10:0010400000000000;thread:p1a.1b;");
}

TEST_CASE("lldb is told the thread first and the reason last") {
  CHECK(to_lldb(signals::trap, stop_reason::SoftwareBreakpoint{}) == "T05thread:1a;name:prog;reason:breakpoint;");
  CHECK(to_lldb(signals::trap, stop_reason::Step{}) == "T05thread:1a;name:prog;reason:trace;");
  CHECK(to_lldb(signals::trap, stop_reason::Exec{"/bin/x"}) == "T05thread:1a;name:prog;reason:exec;");
  CHECK(to_lldb(signals::none, stop_reason::None{}) == "T00thread:1a;name:prog;");
}

TEST_CASE("lldb is told signals in the kernel's numbers") {
  CHECK(to_lldb(usr1, stop_reason::Signal{}) == "T0athread:1a;name:prog;reason:signal;");
  CHECK(to_lldb(signals::stop, stop_reason::Interrupt{}) == "T13thread:1a;name:prog;reason:signal;");
}

TEST_CASE("lldb is told of a watchpoint by address, slot and hit address, in decimal") {
  CHECK(to_lldb(signals::trap, watch_hit(StoppointType::access_watchpoint, 4210880, 4210888, 2)) ==
        "T05thread:1a;name:prog;reason:watchpoint;description:" + hex_bytes("4210880 2 4210888") + ";");
}

TEST_CASE("lldb is told of a hardware breakpoint as of any other") {
  CHECK(to_lldb(signals::trap, stop_reason::HardwareBreakpoint{}) == "T05thread:1a;name:prog;reason:breakpoint;");
}

TEST_CASE("lldb is told a name that would break the reply in hex") {
  auto thread = stopped(thread_1, signals::trap, stop_reason::Step{});
  for (const std::string name : {"a;b", "a:b", "a$b", "a#b", "a+b", "a-b", "a*b", "a}b"}) {
    thread.name = name;
    CHECK(lldb_stop_reply(thread, {}, {}) == "T05thread:1a;hexname:" + hex_bytes(name) + ";reason:trace;");
  }
}

TEST_CASE("a thread without a name is told without one") {
  auto thread = stopped(thread_1, signals::trap, stop_reason::Step{});
  thread.name.clear();
  CHECK(lldb_stop_reply(thread, {}, {}) == "T05thread:1a;reason:trace;");
}

TEST_CASE("lldb's thread has its process only with multiprocess, those in the list never") {
  const auto thread = stopped(thread_1, signals::trap, stop_reason::Step{});
  CHECK(lldb_stop_reply(thread, {thread}, {ThreadIdForm::multiprocess, true}) ==
        "T05thread:p1a.1a;name:prog;threads:1a;thread-pcs:0000000000401000;reason:trace;");
}

TEST_CASE("with several threads lldb is told why each stopped") {
  const auto first = stopped(thread_1, signals::trap, stop_reason::SoftwareBreakpoint{});
  const auto second = stopped(thread_2, usr1, stop_reason::Signal{});
  const auto reply = lldb_stop_reply(first, {first, second}, {ThreadIdForm::plain, true});
  CHECK(reply.starts_with("T05thread:1a;name:prog;threads:1a,1b;jstopinfo:"));
  CHECK(reply.ends_with(";thread-pcs:0000000000401000,0000000000401000;reason:breakpoint;"));
  const auto start = reply.find("jstopinfo:") + 10;
  const auto json = nlohmann::json::parse(*text_from_hex(reply.substr(start, reply.find(';', start) - start)));
  CHECK(json == nlohmann::json::parse(R"([
      {"tid": 26, "name": "prog", "signal": 5, "reason": "breakpoint"},
      {"tid": 27, "name": "prog", "signal": 10, "reason": "signal"}])"));
}

TEST_CASE("registers stand in lldb's reply before the reason") {
  auto thread = stopped(thread_1, signals::trap, stop_reason::Step{});
  thread.registers = {{RegisterNumber{0}, {1, 2}}, {RegisterNumber{25}, {3}}};
  CHECK(lldb_stop_reply(thread, {}, {}) == "T05thread:1a;name:prog;00:0102;19:03;reason:trace;");
}

TEST_CASE("what lldb asks for next is told with the stop: all threads' registers and parts of their memory") {
  auto first = stopped(thread_1, signals::trap, stop_reason::Step{});
  first.registers = {{RegisterNumber{7}, {1, 2}}};
  first.memory = {{Address{0x7ffe10}, {0xaa, 0xbb}}};
  auto second = stopped(thread_2, signals::none, stop_reason::None{});
  second.registers = {{RegisterNumber{7}, {3, 4}}, {RegisterNumber{16}, {5}}};
  second.memory = {{Address{0x6ffe10}, {0xcc}}, {Address{0x6ffe20}, {0xdd}}};
  const auto reply = lldb_stop_reply(first, {first, second}, {ThreadIdForm::plain, true, true});
  CHECK(reply.ends_with(";07:0102;memory:0x7ffe10=aabb;memory:0x6ffe10=cc;memory:0x6ffe20=dd;reason:trace;"));
  const auto start = reply.find("jstopinfo:") + 10;
  const auto json = nlohmann::json::parse(*text_from_hex(reply.substr(start, reply.find(';', start) - start)));
  CHECK(json.at(0).at("registers") == nlohmann::json::parse(R"({"7": "0102"})"));
  CHECK(json.at(1).at("registers") == nlohmann::json::parse(R"({"7": "0304", "16": "05"})"));
}

TEST_CASE("jThreadsInfo tells every thread with its registers by decimal number") {
  auto first = stopped(thread_1, signals::trap, watch_hit(StoppointType::write_watchpoint, 16, 24));
  first.registers = {{RegisterNumber{16}, {0, 0x10, 0x40, 0}}};
  const auto second = stopped(thread_2, signals::none, stop_reason::None{});
  CHECK(nlohmann::json::parse(lldb_threads_info({first, second})) == nlohmann::json::parse(R"([
      {"tid": 26, "name": "prog", "signal": 5, "reason": "watchpoint",
       "description": "16 0 24", "registers": {"16": "00104000"}},
      {"tid": 27, "name": "prog", "signal": 0, "registers": {}}])"));
}

TEST_CASE("a thread's name that is no UTF-8 leaves the JSON whole") {
  auto thread = stopped(thread_1, signals::trap, stop_reason::Step{});
  thread.name = "caf\xe9\"\\";
  CHECK(nlohmann::json::parse(lldb_threads_info({thread})).size() == 1);
}

TEST_CASE("an end is told by its code, or by the signal in the client's numbers") {
  CHECK(exit_reply({Pid{0x1a}, 7}, ThreadIdForm::plain, SignalNumbering::gdb) == "W07");
  CHECK(exit_reply({Pid{0x1a}, 255}, ThreadIdForm::plain, SignalNumbering::native) == "Wff");
  CHECK(exit_reply({Pid{0x1a}, usr1}, ThreadIdForm::plain, SignalNumbering::gdb) == "X1e");
  CHECK(exit_reply({Pid{0x1a}, usr1}, ThreadIdForm::plain, SignalNumbering::native) == "X0a");
}

TEST_CASE("an end names its process to clients with multiprocess") {
  CHECK(exit_reply({Pid{0x1a}, 0}, ThreadIdForm::multiprocess, SignalNumbering::gdb) == "W00;process:1a");
  CHECK(exit_reply({Pid{0x1a}, segv}, ThreadIdForm::multiprocess, SignalNumbering::gdb) == "X0b;process:1a");
}

TEST_CASE("lldb is told of a child by word and by number") {
  const ThreadId child{Pid{0x2a}, Tid{0x2a}};
  const LldbStopFormat format{ThreadIdForm::multiprocess, false};
  CHECK(lldb_stop_reply(stopped(thread_1, signals::trap, stop_reason::Fork{child}), {}, format)
            .ends_with("reason:fork;fork:p2a.2a;"));
  CHECK(lldb_stop_reply(stopped(thread_1, signals::trap, stop_reason::Vfork{child}), {}, format)
            .ends_with("reason:vfork;vfork:p2a.2a;"));
  CHECK(lldb_stop_reply(stopped(thread_1, signals::trap, stop_reason::VforkDone{}), {}, format)
            .ends_with("reason:vforkdone;"));
}
