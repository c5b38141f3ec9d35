// lldb's platform mode: connections that come before those that debug. "/x" is 2f78, "/bin/prog" 2f62696e2f70726f67.
#include "protocol/cursor.hpp"
#include "protocol/framing.hpp"
#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/transcript.hpp"

using namespace stub;
using namespace stub::test;

namespace {

// As lldb's platform connection begins.
struct Platform : Conversation {
  explicit Platform(ShellCommands shell = ShellCommands::refused) : Conversation({}, shell) {
    host.add_file("/x", "0123456789");
    static_cast<void>(ask("QStartNoAckMode"));
    static_cast<void>(ask("qHostInfo"));
    static_cast<void>(play("> qGetWorkingDir"));
  }
};

std::string text(std::string_view digits) { return text_from_hex(digits).value_or("(not hex)"); }

}  // namespace

TEST_CASE("a connection that asks of the host first is lldb's platform, and gets no process") {
  Conversation talk;
  CHECK(talk.play(R"(
    > (bytes) $QStartNoAckMode#b0
    < +
    < OK
  )") == as_written);
  CHECK(talk.session.role() == Role::undecided);
  CHECK(talk.session.identified());
  CHECK(talk.ask("qHostInfo").starts_with("triple:"));
  CHECK(talk.session.role() == Role::platform);
  CHECK(talk.ask("qGetWorkingDir") == "2f686f6d65");
  CHECK(talk.ask("vFile:exists:2f78") == "F,0");
  CHECK(talk.session.processes().empty());
}

TEST_CASE("whoever asks for a process debugs, and has it from then on") {
  Conversation talk;
  CHECK(talk.ask("qHostInfo").starts_with("+\ntriple:"));
  CHECK(talk.session.processes().empty());
  CHECK(talk.ask("qfThreadInfo").starts_with("+\nm"));
  CHECK(talk.session.role() == Role::debugging);
  CHECK(talk.session.processes() == std::set{Pid{1}});
}

TEST_CASE("a debugging connection stays one when it asks of the host") {
  for (const auto* words : {gdb_16.data(), lldb_19.data()}) {
    Conversation talk(words);
    CHECK(talk.session.role() == Role::debugging);
    CHECK(talk.ask("qHostInfo").starts_with("triple:"));
    CHECK(talk.session.role() == Role::debugging);
    CHECK(talk.session.processes() == std::set{Pid{1}});
  }
}

TEST_CASE("a connection that may not debug is refused when it begins to") {
  Conversation talk;
  CHECK(talk.ask("QStartNoAckMode") == "+\nOK");
  talk.refusal = Error{Errc::running, "busy, used by 10.0.0.7:4711", 0};
  CHECK(talk.ask("qSupported") == "E.busy, used by 10.0.0.7:4711");
  CHECK(talk.session.parting() == Parting::refused);
}

TEST_CASE("the client is sent to the same port to debug") {
  Platform talk;
  CHECK(talk.play(R"(
    > qLaunchGDBServer;host:box;
    < pid:0;port:1234;
    * expect a debugger
  )") == as_written);
}

TEST_CASE("a process that waits is offered, and no process is not") {
  Platform talk;
  CHECK(talk.ask("qQueryGDBServer") == R"([{"port":1234}])");
  talk.starts_with_process = false;
  CHECK(talk.ask("qQueryGDBServer") == "E04");
}

// "/dir" is 2f646972, "x" 78, "/none" 2f6e6f6e65.
TEST_CASE("a platform connection has a working directory of its own, where its paths and programs begin") {
  Platform talk;
  talk.host.add_folder("/dir");
  CHECK(talk.play(R"(
    > QSetWorkingDir:2f646972
    < OK
    > qGetWorkingDir
    < 2f646972
    > vFile:exists:78
    < F,0
    * stat /dir/x in own root
    > vFile:open:2f78,0,0
    < F5
    * open /x in own root
    > vFile:unlink:78
    < F-1,2
    * unlink /dir/x in own root
    > qLaunchGDBServer;host:box;
    < pid:0;port:1234;
    * expect a debugger for /dir
    > QSetWorkingDir:2f6e6f6e65
    < E01
    > QSetWorkingDir:2f78
    < E01
    > qGetWorkingDir
    < 2f646972
  )") == as_written);
}

TEST_CASE("a debugging connection's working directory is its program's, and no place for its files") {
  Conversation talk(gdb_16);
  CHECK(talk.ask("QSetWorkingDir:2f6e6f6e65") == "OK");
  CHECK(talk.play(R"(
    > vFile:stat:78
    < F-1,2
    * lstat x in own root
  )") == as_written);
}

TEST_CASE("what a platform connection launches runs by itself") {
  Platform talk;
  CHECK(talk.play(R"(
    > QSetDisableASLR:1
    < OK
    > vRun;2f62696e2f70726f67
    < (empty)
    > A18,0,2f62696e2f70726f67
    < OK
    * detach 2
    * launch [/bin/prog] execs 1
    * let go 2
    > qLaunchSuccess
    < OK
    > qC
    < QC2
    > qKillSpawnedProcess:2
    < OK
    * end 2
    > qKillSpawnedProcess:3
    < E44
  )") == as_written);
  CHECK(talk.ask("qProcessInfo").starts_with("pid:2;parent-pid:10;real-uid:3e8;"));
  CHECK(talk.session.role() == Role::platform);
  CHECK(talk.session.processes().empty());
}

TEST_CASE("a program that cannot be launched has a reason") {
  Platform talk;
  CHECK(talk.ask("A10,0,2f6e6f6e65") == "E01");
  CHECK(talk.ask("qLaunchSuccess") == "ECannot exec /none");
  CHECK(talk.ask("qProcessInfo") == "E44");
}

TEST_CASE("processes are listed one a packet") {
  Platform talk;
  CHECK(talk.ask("qfProcessInfo:all_users:1;") ==
        "pid:5;ppid:0;uid:0;gid:0;euid:0;egid:0;name:2f7362696e2f696e6974;"
        "triple:7838365f36342d70632d6c696e75782d676e75;");
  CHECK(talk.ask("qsProcessInfo") ==
        "pid:2;ppid:16;uid:1000;gid:1000;euid:0;egid:0;name:2f62696e2f70726f67;"
        "args:70726f67-616e20617267756d656e74;triple:7838365f36342d70632d6c696e75782d676e75;");
  CHECK(talk.ask("qsProcessInfo").starts_with("pid:3;"));
  CHECK(talk.ask("qsProcessInfo") == "E04");
}

TEST_CASE("only those processes are listed that the filter lets through") {
  Platform talk;
  const auto pids = [&](const std::string& filter) {
    std::string out;
    for (auto reply = talk.ask("qfProcessInfo:" + filter); !reply.starts_with("E"); reply = talk.ask("qsProcessInfo"))
      out += reply.substr(4, reply.find(';') - 4) + " ";
    return out;
  };
  CHECK(pids("") == "2 ");  // our user's
  CHECK(pids("all_users:1;") == "5 2 3 ");
  CHECK(pids("all_users:1;pid:3;") == "3 ");
  CHECK(pids("all_users:1;parent_pid:0;") == "5 ");
  CHECK(pids("all_users:1;uid:1001;") == "3 ");
  CHECK(pids("all_users:1;gid:0;") == "5 ");
  CHECK(pids("all_users:1;euid:5;").empty());
  CHECK(pids("all_users:1;egid:0;uid:0;") == "5 ");
  CHECK(pids("all_users:1;triple:693338362d2d;") == "3 ");                     // i386--
  CHECK(pids("all_users:1;name_match:equals;name:70726f67;") == "2 ");         // prog
  CHECK(pids("all_users:1;name_match:starts_with;name:70726f67;") == "2 3 ");  // prog
  CHECK(pids("all_users:1;name_match:ends_with;name:3332;") == "3 ");          // 32
  CHECK(pids("all_users:1;name_match:contains;name:6e6974;") == "5 ");         // nit
  CHECK(pids("all_users:1;name_match:contains;name:7362696e;").empty());       // sbin is no name
  CHECK(pids("all_users:1;name_match:regex;name:5e70;") == "2 3 ");            // ^p
  CHECK(pids("all_users:1;name:5b325d24;name_match:regex;") == "3 ");          // [2]$
  CHECK(talk.ask("qfProcessInfo:all_users:1;name_match:regex;name:28;") == "E03");
}

TEST_CASE("one process, a user and a group are described") {
  Platform talk;
  CHECK(talk.ask("qProcessInfoPID:3").starts_with("pid:3;ppid:16;uid:1001;"));
  CHECK(talk.ask("qUserName:0") == "726f6f74");
  CHECK(talk.ask("qUserName:7") == "E05");
  CHECK(talk.ask("qGroupName:0") == "776865656c");
  CHECK(talk.ask("qGroupName:7") == "E06");
}

TEST_CASE("folders are made and permissions changed, or there is an errno") {
  Platform talk;
  CHECK(talk.play(R"(
    > qPlatform_mkdir:000001ed,2f646972
    < F0
    * mkdir /dir 493 in own root
    > qPlatform_mkdir:000001ed,2f66756c6c
    < F1c
    > qPlatform_chmod:000001c0,2f78
    < F0
    * chmod /x 448 in own root
    > qPlatform_chmod:000001c0,2f79
    < F2
  )") == as_written);
}

TEST_CASE("a shell command is refused in words that lldb shows") {
  Platform talk;
  const auto reply = talk.ask("qPlatform_shell:6c73,0000000a");
  CHECK(reply.starts_with("F,0000007e,00000000,stub runs shell commands"));
  CHECK(reply.contains("--allow-shell"));
}

TEST_CASE("the answer to a shell command comes when it has ended, and others before") {
  Platform talk(ShellCommands::run);
  CHECK(talk.play(R"(
    > qPlatform_shell:6c73,0000000a,2f
    < (silence)
    * shell [ls] in / for 10 s
    > qGetWorkingDir
    < 2f686f6d65
    > qPlatform_shell:6c73,0000000a
    < E37
  )") == as_written);
  talk.session.look();
  CHECK_FALSE(talk.session.has_output());
  talk.shell_outcome = ShellOutcome{.status = 3, .output = "a}b"};
  talk.session.look();
  CHECK(
      talk.session.take_output().starts_with("$F,00000003,00000000,a}\x5d"
                                             "b#"));
  CHECK_FALSE(talk.session.awaits());
}

TEST_CASE("a shell command runs in the platform's working directory, and as long as it takes where no time is given") {
  Platform talk(ShellCommands::run);
  talk.host.add_folder("/dir");
  CHECK(talk.ask("QSetWorkingDir:2f646972") == "OK");
  CHECK(talk.play(R"(
    > qPlatform_shell:6c73,ffffffff
    < (silence)
    * stat /dir in own root
    * shell [ls] in /dir
  )") == as_written);
}

TEST_CASE("it is said of a shell command what is not seen of it") {
  Platform talk(ShellCommands::run);
  const auto outcome = [&](ShellOutcome what) {
    talk.shell_outcome.reset();
    static_cast<void>(talk.ask("qPlatform_shell:6c73,0000000a"));
    talk.shell_outcome = std::move(what);
    talk.session.look();
    return talk.session.take_output();
  };
  CHECK(outcome({.status = 137, .signal = signals::kill, .output = "x", .timed_out = true})
            .starts_with("$F,00000089,00000009,x\nstub: killed, its time was over\n#"));
  CHECK(outcome({.output = "x", .cut = true})
            .starts_with("$F,00000000,00000000,x\nstub: there was more than these 1 bytes\n#"));
  const auto all = outcome({.output = std::string(max_packet_size, '#')});
  CHECK(all.size() <= max_packet_size + 4);
  CHECK(all.contains("stub: there was more than these 130944 bytes"));
}

TEST_CASE("a shell command ends with its client's interest") {
  Platform talk(ShellCommands::run);
  CHECK(talk.play(R"(
    > qPlatform_shell:6c73,0000000a
    < (silence)
    > (interrupt)
    < E44
    * end of shell
  )") == as_written);
}

TEST_CASE("paths are completed as they were begun") {
  Platform talk;
  const auto completed = [&](const std::string& packet) {
    const auto reply = talk.ask(packet);
    Cursor in(reply);
    std::string out = in.skip('M') ? "" : "(no M) ";
    while (!in.done()) out += text(in.until(',')) + " ";
    return out;
  };
  CHECK(completed("qPathComplete:0,2f686f6d652f6d61") == "/home/main.d /home/main.o /home/maps/ ");  // /home/ma
  CHECK(completed("qPathComplete:1,2f686f6d652f6d61") == "/home/maps/ ");
  CHECK(completed("qPathComplete:0,2f686f6d652f71").empty());  // /home/q
  CHECK(talk.ask("qPathComplete:0,2f6e6f6e652f") == "E01");    // /none/
}

TEST_CASE("the speed test has as many bytes as were asked for, and no more than a packet") {
  Platform talk;
  CHECK(talk.ask("qSpeedTest:response_size:5;data:x") == "data:ABCDE");
  CHECK(talk.ask("qSpeedTest:response_size:99999999999;").size() <= max_packet_size);
}

namespace {

// A program for x86-64 with one note segment behind its headers, which is GNU's build id abcd.
std::string elf_with_build_id() {
  std::string file(64 + 56, '\0');
  const auto put = [&](std::size_t at, std::string_view bytes) { file.replace(at, bytes.size(), bytes); };
  put(0,
      "\x7f"
      "ELF\x02");
  put(18, "\x3e");         // EM_X86_64
  put(0x20, "\x40");       // e_phoff
  put(0x36, "\x38");       // e_phentsize
  put(0x38, "\x01");       // e_phnum
  put(64, "\x04");         // PT_NOTE
  put(64 + 0x08, "\x78");  // p_offset
  put(64 + 0x20, "\x14");  // p_filesz
  using namespace std::string_view_literals;
  return file + std::string("\x04\0\0\0\x02\0\0\0\x03\0\0\0GNU\0\xab\xcd\0\0"sv);
}

}  // namespace

TEST_CASE("a module is named by its build id, or by its digest") {
  Platform talk;
  talk.host.add_file("/x", elf_with_build_id());
  const auto tail =
      ";triple:7838365f36342d70632d6c696e75782d676e75;file_path:2f78;"
      "file_offset:0000000000000000;file_size:";
  CHECK(talk.ask("qModuleInfo:2f78;7838") == "uuid:61626364" + (tail + std::string("000000000000008c;")));
  talk.host.add_file("/x", elf_with_build_id().substr(0, 64));
  CHECK(talk.ask("qModuleInfo:2f78;7838") == "md5:6434316438636439386630306232303465393830303939386563663834323765" +
                                                 (tail + std::string("0000000000000040;")));
}

TEST_CASE("what is no program here is no module") {
  Platform talk;
  CHECK(talk.ask("qModuleInfo:2f78;7838") == "E03");
  CHECK(talk.ask("qModuleInfo:2f79;7838") == "E03");
  CHECK(talk.host.open_count() == 0);
}

TEST_CASE("several modules are described at once, those that there are") {
  Platform talk;
  talk.host.add_file("/x", elf_with_build_id());
  CHECK(talk.ask(R"(jModulesInfo:[{"file":"/x","triple":"x86_64"},{"file":"/none","triple":"x86_64"}])") ==
        R"([{"file_offset":0,"file_path":"/x","file_size":140,"triple":"x86_64-pc-linux-gnu","uuid":"abcd"}])");
  CHECK(talk.ask("jModulesInfo:[]") == "[]");
}
