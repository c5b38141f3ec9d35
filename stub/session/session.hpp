// Session: one client's conversation, without I/O: it is fed bytes and pumped for events, and leaves bytes in an
// outbox.
#pragma once

#include <string>
#include <string_view>

#include "stub/session/context.hpp"

namespace stub {

class Session {
 public:
  // Called before the first packet that makes sense is handled, and again before the first that is about a debuggee:
  // then it gives the session its processes (claim). An error says why it can have none.
  using Admit = std::function<Result<>(Session&, Role)>;

  Session(Target& target, Host& host, Admit admit, Surroundings surroundings, LaunchSettings launch = {})
      : context_(target, host, std::move(surroundings)), admit_(std::move(admit)) {
    context_.launch = std::move(launch);
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
  // An answer waits for something that nobody tells of: look() has to see for it from time to time.
  [[nodiscard]] bool awaits() const { return static_cast<bool>(context_.awaited); }
  void look();

  [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }
  [[nodiscard]] bool has_output() const { return !output_.empty(); }

  // Gives the session a process to work on.
  void claim(Pid pid);
  // What an earlier client was told of why these processes' threads stopped, and has left for the next: as reasons()
  // gave it.
  void recall(const std::vector<StopEvent>& reasons);
  [[nodiscard]] std::vector<StopEvent> reasons() const { return context_.claims.reasons(); }
  // Programs are started there, unless the client says otherwise.
  void start_in(const std::string& folder) { context_.launch.working_directory = folder; }
  // The client is gone: its breakpoints are lifted.
  void abandon();
  void drop_claims() { context_.claims.drop_all(); }

  // Its programs have printed something: the client is told.
  void tell_printed();
  // They have called their system, which the client wants to be told as it happens: if it expects that now.
  void tell_calls();
  // The client expects such text now.
  [[nodiscard]] bool hears() const;

  // Waits for its processes, not for the client.
  [[nodiscard]] bool running() const { return context_.all_stop.running(); }
  [[nodiscard]] bool works() const { return static_cast<bool>(context_.job); }
  // Is at work on something long, which an interrupt would end; there is room for one.
  [[nodiscard]] bool works_and_listens() const { return context_.job && decoder_.unread() < max_packet_size; }
  // Its threads stop one by one: it waits for both.
  [[nodiscard]] bool stops_singly() const { return context_.stops_singly; }
  // Some of its processes' threads run.
  [[nodiscard]] bool any_runs() const;
  [[nodiscard]] const std::set<Pid>& processes() const { return context_.claims.processes(); }
  [[nodiscard]] Parting parting() const { return context_.parting; }
  // Of the last process that ended here, as a shell has it.
  [[nodiscard]] std::optional<int> exit_status() const { return context_.exit_status; }
  [[nodiscard]] bool identified() const { return identified_; }
  [[nodiscard]] Role role() const { return context_.role; }
  [[nodiscard]] Client client() const { return context_.dialect.client; }

 private:
  void handle(const Packet& packet);
  void handle(const Ack&) {}
  void handle(const Nack&);
  void handle(const Interrupt&);
  void handle(const Corrupt& corrupt);
  void reply(const Reply& reply);
  void send(std::string_view payload);
  void notify(std::string_view payload);
  void trace(std::string_view direction, std::string_view payload) const;
  void send_console(std::string_view text);
  void report(const StopEvent& event);
  void report(const std::string& stop_reply);
  void pump_together();
  void pump_singly();
  void work();
  void give_sign();
  void stop_working();
  void give_up_work();

  [[nodiscard]] Result<> admit(Role role);

  Context context_;
  Admit admit_;
  FrameDecoder decoder_;
  std::string output_;
  std::string last_frame_;    // to be sent again on a nack
  unsigned pieces_done_ = 0;  // of a job
  bool identified_ = false;
};

}  // namespace stub
