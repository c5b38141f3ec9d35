// Session: one client's conversation, without I/O: it is fed bytes and pumped for events, and leaves bytes in an
// outbox.
#pragma once

#include <string>
#include <string_view>

#include "stub/session/context.hpp"

namespace stub {

class Session {
 public:
  // What a session needs of its surroundings.
  struct Hooks {
    // Called before the first packet that makes sense is handled: gives the session its process (claim), or says why
    // it can have none.
    std::function<Result<>(Session&)> admit;
    std::function<void()> before_resume;
  };

  Session(Target& target, Host& host, Hooks hooks) : context_(target, host), hooks_(std::move(hooks)) {
    context_.before_resume = hooks_.before_resume;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  void receive(std::string_view bytes) { decoder_.feed(bytes); }
  // Handles what has been received, one frame a call, or does a piece of what the last one has asked for. False: there
  // was no whole frame.
  bool step();
  // Reports what the process did, if it runs and did something.
  void pump();

  [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }
  [[nodiscard]] bool has_output() const { return !output_.empty(); }

  // Gives the session a process to work on, or none.
  void claim(Pid pid);
  // The client is gone: its breakpoints are lifted.
  void abandon();

  // Waits for the process, not for the client.
  [[nodiscard]] bool running() const { return context_.all_stop.running(); }
  [[nodiscard]] std::optional<Pid> process() const { return context_.all_stop.process(); }
  [[nodiscard]] Parting parting() const { return context_.parting; }
  // Of Parting::exited and killed: the program's exit status as a shell has it.
  [[nodiscard]] int exit_status() const { return context_.exit_status; }
  [[nodiscard]] bool identified() const { return identified_; }
  [[nodiscard]] Client client() const { return context_.dialect.client; }

 private:
  void handle(const Packet& packet);
  void handle(const Ack&) {}
  void handle(const Nack&);
  void handle(const Interrupt&);
  void handle(const Corrupt& corrupt);
  void reply(const Reply& reply);
  void send(std::string_view payload);
  void send_console(std::string_view text);
  void report(const StopEvent& event);
  void work();

  [[nodiscard]] Result<> admit();

  Context context_;
  Hooks hooks_;
  FrameDecoder decoder_;
  std::string output_;
  std::string last_frame_;    // to be sent again on a nack
  unsigned pieces_done_ = 0;  // of a job
  bool identified_ = false;
};

}  // namespace stub
