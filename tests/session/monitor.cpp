// monitor …: the text comes in O packets before the reply. 68656c70 is "help".
#include <algorithm>

#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

// What a user reads of a reply's O packets, and the reply behind them.
std::pair<std::string, std::string> read(const std::string& reply) {
  std::string text, last;
  for (std::size_t at = 0; at < reply.size();) {
    const auto end = std::min(reply.find('\n', at), reply.size());
    const auto line = reply.substr(at, end - at);
    if (line.starts_with('O') && line != "OK") {
      text += text_from_hex(line.substr(1)).value();
    } else {
      last = line;
    }
    at = end + 1;
  }
  return {text, last};
}

std::pair<std::string, std::string> said(Conversation& talk, std::string_view line) {
  return read(talk.ask("qRcmd," + hex_bytes(line)));
}

}  // namespace

TEST_CASE("help lists the commands") {
  Conversation talk(gdb_16);
  const auto [text, reply] = said(talk, "help");
  CHECK(reply == "OK");
  for (const auto* name :
       {"help", "disassemble", "breakpoints", "maps", "threads", "backtrace", "auxv", "fds", "signals"})
    CHECK(text.contains(name));
}

TEST_CASE("an unknown command is an error, with the list") {
  Conversation talk(gdb_16);
  const auto [text, reply] = said(talk, "frobnicate");
  CHECK(reply == "E.unknown monitor command");
  CHECK(text.starts_with("Unknown monitor command.\n"));
  CHECK(said(talk, "").second == "E.unknown monitor command");
}

TEST_CASE("the memory map is shown like /proc's") {
  Conversation talk(gdb_16);
  CHECK(said(talk, "maps").first ==
        "000000401000-000000402000 r-xp 00000000 /bin/prog\n"
        "000000404000-000000405000 rw-p 00000000\n");
}

TEST_CASE("backtraces and threads are shown, one or all") {
  Conversation talk(gdb_16);
  const auto one = said(talk, "backtrace");
  CHECK(one.first.starts_with("#0  0x0"));
  CHECK(one.second == "OK");
  CHECK(said(talk, "backtrace all").first.starts_with("Thread 1 \""));
  CHECK(said(talk, "threads").first.starts_with("   tid  name"));
  CHECK(said(talk, "auxv").first.starts_with("entry  value\n"));
}

TEST_CASE("a backtrace of something else is an error") {
  Conversation talk(gdb_16);
  CHECK(said(talk, "backtrace some").second == "E.'backtrace' wants nothing, or all.");
  CHECK(said(talk, "backtrace all all").second.starts_with("E."));
}

TEST_CASE("breakpoints are shown with what they hide") {
  Conversation talk(gdb_16);
  CHECK(said(talk, "breakpoints").first == "No breakpoints are inserted.\n");
  CHECK(talk.ask("Z0,401000,1") == "OK");
  CHECK(said(talk, "breakpoints").first ==
        "address             original  hits\n"
        "0x0000000000401000  90        0\n");
}

TEST_CASE("the code at the pc, or elsewhere, is disassembled") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("X401000,2:\x90\xc3") == "OK");
  CHECK(said(talk, "disassemble 401000 2").first ==
        "=> 0x401000:\t90                      nop\n"
        "   0x401001:\tc3                      retq\n");
  CHECK(said(talk, "disassemble").first.starts_with("=> 0x401000:\t90"));
}

TEST_CASE("a bad argument is an error with the reason as text") {
  Conversation talk(gdb_16);
  CHECK(said(talk, "disassemble zz").first == "ADDRESS is a hexadecimal number.\n");
  CHECK(said(talk, "disassemble 401000 0").first == "COUNT is a number from 1 to 1000.\n");
  CHECK(said(talk, "disassemble 0").first == "cannot read memory there\n");
}

TEST_CASE("long output comes in several packets, each with whole bytes") {
  Conversation talk(gdb_16);
  const auto reply = talk.ask("qRcmd," + hex_bytes("disassemble 401000 1000"));
  std::size_t pieces = 0;
  for (std::size_t at = 0; (at = reply.find('\n', at)) != std::string::npos; ++at) ++pieces;
  CHECK(pieces > 1);
  CHECK(read(reply).second == "OK");
}

TEST_CASE("without a process the commands say so") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("vKill;1") == "OK");
  CHECK(said(talk, "maps").second == "E.There is no process.");
  CHECK(said(talk, "disassemble").second == "E.There is no process.");
  CHECK(said(talk, "breakpoints").second == "E.There is no process.");
}

TEST_CASE("set debug switches parts of the trace, in the words of gdbserver 15 and newer") {
  Conversation talk(gdb_16);
  using Part = Trace::Part;
  CHECK(said(talk, "set debug 1") == std::pair<std::string, std::string>("General debug output enabled.\n", "OK"));
  CHECK(talk.trace->tells(Part::threads));
  CHECK_FALSE(talk.trace->tells(Part::remote));
  CHECK(said(talk, "set debug remote on").first == "Debug output for 'remote' enabled.\n");
  CHECK(talk.trace->tells(Part::remote));
  CHECK(said(talk, "set debug event-loop 1").first == "Debug output for 'event-loop' enabled.\n");
  CHECK(talk.trace->tells(Part::event_loop));
  CHECK(said(talk, "set debug threads off").first == "Debug output for 'threads' disabled.\n");
  CHECK_FALSE(talk.trace->tells(Part::threads));
  CHECK(said(talk, "set debug off").first == "All debug output disabled.\n");
  CHECK_FALSE(talk.trace->tells(Part::remote));
}

TEST_CASE("older clients hear older words, and have commands of their own") {
  Conversation talk("qSupported:multiprocess+;qRelocInsn+");
  CHECK(said(talk, "set debug 1").first == "Debug output enabled.\n");
  CHECK(said(talk, "set debug 0").first == "Debug output disabled.\n");
  CHECK(said(talk, "set remote-debug 1").first == "Protocol debug output enabled.\n");
  CHECK(talk.trace->tells(Trace::Part::remote));
  CHECK(said(talk, "set remote-debug 0").first == "Protocol debug output disabled.\n");
  CHECK_FALSE(talk.trace->tells(Trace::Part::remote));
  CHECK(said(talk, "set event-loop-debug 1").first == "Event loop debug output enabled.\n");
  CHECK(talk.trace->tells(Trace::Part::event_loop));
}

TEST_CASE("what set debug does not understand is said, with the list of commands, and changes nothing") {
  Conversation talk(gdb_16);
  for (const auto& [line, wanted] : std::initializer_list<std::pair<const char*, const char*>>{
           {"set debug", "No debug component name found."},
           {"set debug yeah", "Missing value for 'set debug yeah' command."},
           {"set debug yeah on", "Error: unknown debug option 'yeah'"},
           {"set debug all yeah", "Invalid value 'yeah' for 'set debug all'."},
           {"set debug on sometimes", "Junk 'sometimes' found at end of 'set debug on' command."},
           {"set debug all on now or never", "Junk 'now or never' found at end of 'set debug all on' command."},
           {"set debug +all on", "Invalid character found in debug component name."},
           {"set remote-debug", "'set remote-debug' wants 0 or 1."},
           {"set event-loop-debug 0 1", "'set event-loop-debug' wants 0 or 1."},
           {"set debug-format date", "Unknown debug-format argument: \"date\""}}) {
    CAPTURE(line);
    const auto [text, reply] = said(talk, line);
    CHECK(text.starts_with(wanted + std::string("\nThe following monitor commands are supported:\n")));
    CHECK(reply.starts_with("E."));
  }
  for (const auto part : {Trace::Part::threads, Trace::Part::remote, Trace::Part::event_loop})
    CHECK_FALSE(talk.trace->tells(part));
  CHECK(said(talk, "set").first.starts_with("Unknown monitor command.\n"));
  CHECK(said(talk, "set libthread-db-search-path /x").first.starts_with("Unknown monitor command.\n"));
}

TEST_CASE("the trace's lines and their place can be changed") {
  Conversation talk(gdb_16);
  std::string lines, file;
  REQUIRE(talk.trace->start([&](const std::string& line) { lines += line + "\n"; },
                            [&](const std::string& name) -> Result<> {
                              file = name;
                              if (name == "/refused") return fail(Errc::system, "Cannot open /refused");
                              return {};
                            }));
  CHECK(said(talk, "set debug-format all").first == "All extra debug format options enabled.\n");
  CHECK(said(talk, "set debug-format none").first == "All extra debug format options disabled.\n");
  CHECK(said(talk, "set debug-file /a name").first == "Debug output goes to /a name.\n");
  CHECK(file == "/a name");
  CHECK(said(talk, "set debug-file").first == "Debug output goes to standard error.\n");
  CHECK(file.empty());
  CHECK(said(talk, "set debug-file /refused").first.starts_with("Cannot open /refused\n"));
  static_cast<void>(said(talk, "set debug remote 1"));
  lines.clear();
  CHECK(talk.ask("qC") == "QCp1.1");
  CHECK(lines == "[remote] <- qC\n[remote] -> QCp1.1\n");
}

namespace {

const ThreadId first{Pid{1}, Tid{1}};

// close(3) = 0
void call(Conversation& talk) {
  auto* observer = talk.target.observer(Pid{1});
  REQUIRE(observer != nullptr);
  observer->called({first, talk.target.architecture(Pid{1}), 3, {3}});
  observer->returned(first, 0);
}

const std::string closed = "O" + hex_bytes("close(3) = 0\n");

}  // namespace

TEST_CASE("system calls are told while the program runs, and kept") {
  Conversation talk(gdb_16);
  CHECK(said(talk, "syscalls last").first.starts_with("No system calls are recorded"));
  CHECK(said(talk, "syscalls on").second == "OK");
  CHECK(talk.ask("vCont;c") == "(running)");
  call(talk);
  talk.session.tell_calls();
  CHECK(talk.session.take_output().contains(closed));
  call(talk);
  talk.target.happen({first, stop::Signal{KernelSignal{11}}});
  talk.session.pump();
  const auto output = talk.session.take_output();
  CHECK(output.find(closed) < output.find("T0b"));
  CHECK(said(talk, "syscalls last").first.contains(":\n  close(3) = 0\n  close(3) = 0\n"));
  CHECK(said(talk, "syscalls off").second == "OK");
  CHECK(talk.target.observer(Pid{1}) == nullptr);
  CHECK(said(talk, "syscalls last").first.contains("close(3)"));
  for (const auto* wrong : {"syscalls", "syscalls maybe", "syscalls on off"})
    CHECK(said(talk, wrong).second.starts_with("E"));
}

TEST_CASE("system calls that are only recorded are not told, and neither is a gdb that stops threads singly") {
  Conversation talk(gdb_16);
  CHECK(said(talk, "syscalls record").second == "OK");
  CHECK(talk.ask("vCont;c") == "(running)");
  call(talk);
  talk.session.tell_calls();
  CHECK(talk.session.take_output().empty());
  Conversation singly(gdb_16);
  CHECK(singly.ask("QNonStop:1") == "OK");
  CHECK(said(singly, "syscalls on").first.contains("monitor syscalls last"));
  call(singly);
  singly.session.tell_calls();
  CHECK(singly.session.take_output().empty());
}

TEST_CASE("a client that leaves takes its wish for system calls along") {
  Conversation talk(gdb_16);
  CHECK(said(talk, "syscalls on").second == "OK");
  talk.session.abandon();
  CHECK(talk.target.observer(Pid{1}) == nullptr);
}

TEST_CASE("count tells how many, why it ended and where the thread is") {
  Conversation talk(gdb_16);
  talk.target.set_count(3, Count::State::arrived);
  const auto [text, reply] = said(talk, "count 0x401000");
  CHECK(reply == "OK");
  CHECK(text.starts_with("30 instructions (arrived)\nThe thread is now at 0x"));
  CHECK(text.contains("maintenance flush register-cache"));
  const auto journal = talk.target.take_journal();
  CHECK(std::ranges::find(journal, "count 1.1 to 401000") != journal.end());
  CHECK(said(talk, "count x").second.starts_with("E"));
  CHECK(said(talk, "count 1 2").second.starts_with("E"));
}

TEST_CASE("an interrupt ends a count, with what was counted") {
  Conversation talk(gdb_16);
  talk.session.receive(encode_packet("qRcmd," + hex_bytes("count"), RunLengths::off));
  for (int pieces = 0; pieces < 20; ++pieces) CHECK(talk.session.step());
  CHECK(talk.session.take_output().empty());
  talk.session.receive("\x03");
  CHECK(talk.session.step());
  const auto output = talk.session.take_output();
  CHECK(output.contains(hex_bytes("instructions (interrupted)")));
  CHECK(output.contains("$OK#"));
  CHECK(talk.ask("qC") == "QCp1.1");
}

TEST_CASE("a packet behind a count ends it, and is the one that is answered") {
  Conversation talk(gdb_16);
  talk.session.receive(encode_packet("qRcmd," + hex_bytes("count"), RunLengths::off));
  for (int pieces = 0; pieces < 20; ++pieces) CHECK(talk.session.step());
  CHECK(talk.ask("qC") == "QCp1.1");
  const auto [text, reply] = said(talk, "maps");
  CHECK(text.contains("instructions (interrupted)"));
}

TEST_CASE("an lldb that waits for a count is told that we are alive, and a gdb is left alone") {
  const auto output_of = [](std::string_view introduction) {
    Conversation talk(introduction);
    talk.session.receive(encode_packet("qRcmd," + hex_bytes("count"), RunLengths::off));
    for (int pieces = 0; pieces < 100; ++pieces) CHECK(talk.session.step());
    return talk.session.take_output();
  };
  CHECK(output_of(gdb_16) == "");  // or it would not listen to its user
  CHECK(output_of(lldb_19).contains("$O#4f"));
  CHECK_FALSE(output_of(lldb_19).contains("%"));
}
