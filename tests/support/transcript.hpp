// Transcripts: a conversation between a client and a Session on a fake target, a line a packet.
//
//   > vCont;c                     the client sends $vCont;c#a8; \x01 is that byte
//   > (interrupt)                 the client sends the byte 3
//   > (bytes) $OK#00              the client sends exactly this
//   ! breakpoint 1.1 0x401000     the debuggee does something; also: int3 1.1 0x401000, step 1.1, signal 1.1 10,
//                                 hardware 1.1 0x401010 (a breakpoint), watchpoint 1.1 0x404000 2 (of 16 bytes, in
//                                 slot 2, hit in its second half; or: read, access), exec 1.1 /bin/x, exited 1 7,
//                                 killed 1 9, fork 1.1 2, vfork 1.1 2, vforkdone 1.1, clone 1.1 4, birth 1.1,
//                                 gone 1.1 7, call 1.1 39, return 1.1 39
//   ! prints text\x0a             the program has printed this on its terminal
//   < T05thread:p1.1;             the session sends this; with … at its end: something that begins so
//   < %Name:text                  the session notifies of something
//   < (empty)                     an empty packet: we do not know what was said
//   < (running)                   nothing is sent: the debuggee runs
//   < (silence)                   nothing is sent, and it does not run
//   * run 1.1                     the session asked this of target or host. All that was asked, or no such line
//   # …                           a comment
#pragma once

#include "stub/session/session.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_target.hpp"

namespace stub::test {

// What play() returns where all went as written.
constexpr std::string_view as_written = "as written";

// A client's first words, as gdb 16 and lldb 19 say them.
constexpr std::string_view gdb_16 =
    "qSupported:multiprocess+;swbreak+;hwbreak+;qRelocInsn+;fork-events+;vfork-events+;exec-events+;vContSupported+;"
    "QThreadEvents+;QThreadOptions+;no-resumed+;memory-tagging+;xmlRegisters=i386;error-message+";
constexpr std::string_view lldb_19 =
    "qSupported:xmlRegisters=i386,arm,mips,arc;multiprocess+;fork-events+;vfork-events+";

// Whether clients may run them; those that are run last until they have an outcome.
enum class ShellCommands : std::uint8_t { refused, run };

class Conversation {
  using Lines = std::vector<std::string>;
  Lines asked_;  // of the surroundings

 public:
  // The session gets process 1 with the first packet that makes sense.
  explicit Conversation(Withheld withheld = {}, ShellCommands shell = ShellCommands::refused);
  // The same behind QStartNoAckMode and these first words.
  explicit Conversation(std::string_view first_words, Withheld withheld = {});

  // As written, or the transcript of what was really said.
  [[nodiscard]] std::string play(std::string_view script);
  // The client sends one packet; what comes back, readable.
  [[nodiscard]] std::string ask(std::string_view packet);

  FakeTarget target;
  FakeHost host;
  bool starts_with_process = true;
  std::optional<ShellOutcome> shell_outcome;
  std::optional<Error> refusal;  // why the session can have no process; none: it gets process 1
  std::shared_ptr<Trace> trace = std::make_shared<Trace>();
  Session session;

 private:
  Result<Pid> launch(const LaunchSettings& settings);
  Result<> attach(Pid pid);
  Result<std::uint16_t> expect_debugger(const std::string& folder);
  Result<> end_released(Pid pid);
  Surroundings::ShellOutcomes run_shell(const ShellRequest& request);
  void act(std::string_view line);
  void settle();
  [[nodiscard]] Lines heard();
  [[nodiscard]] Lines journal();

  std::string printed_;
};

}  // namespace stub::test
