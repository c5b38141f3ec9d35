// Server: owns the engine, the port and the connections, and brings what happens in one to the others. Who owns a
// process, and what becomes of it when its client leaves, is decided here.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stub/crash/watch.hpp"
#include "stub/linux/child_signals.hpp"
#include "stub/linux/linux_host.hpp"
#include "stub/linux/ptrace_kernel.hpp"
#include "stub/linux/shell_command.hpp"
#include "stub/linux/stand_in.hpp"
#include "stub/linux/terminal.hpp"
#include "stub/linux/ticker.hpp"
#include "stub/options.hpp"
#include "stub/target/engine.hpp"
#include "stub/transport/connection.hpp"
#include "stub/transport/console.hpp"
#include "stub/transport/listener.hpp"
#include "stub/transport/local_listener.hpp"

namespace stub {

class Server {
 public:
  explicit Server(ServeOptions options);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // Until nobody can come back; the exit status. Why it could not start it has said by then.
  int run();

 private:
  using ConnectionPointer = std::shared_ptr<Connection>;
  using ConsolePointer = std::shared_ptr<Console>;
  struct Audience {
    ConsolePointer console;
    std::weak_ptr<Connection> client;  // who is told what is printed; none: nobody
  };

  // A debugging connection for the client of a platform connection.
  struct Expected {
    std::weak_ptr<Connection> by;
    std::string working_directory;
  };

  // Starting and ending (server.cpp).
  Result<> open();
  Result<> serve_clients();
  [[nodiscard]] int give_up(const Error& error) const;
  Result<> listen();
  void accept_clients();
  Result<> obtain_process();
  void announce_port() const;
  [[nodiscard]] std::string shown_place() const;
  Result<> tell_starter() const;
  [[nodiscard]] bool listens() const { return listener_ || local_listener_; }
  // A client that has gone can come back, or is called again.
  [[nodiscard]] bool comes_again() const { return listens() || options_.patience.count() != 0; }
  void watch_children();
  void watch_signals();
  void on_signal(int signal);
  void leave(int exit_status);

  // Processes, and who may have them (custody.cpp).
  Result<Pid> launch(const LaunchSettings& settings, const ConnectionPointer& client);
  Result<> attach(Pid pid);
  Result<Surroundings::ShellOutcomes> run_shell(const ShellRequest& request);
  Result<std::uint16_t> expect_debugger(const ConnectionPointer& by, const std::string& working_directory);
  [[nodiscard]] std::optional<std::uint16_t> port_of_waiting() const;
  Result<> end_released(Pid pid);
  void let_go(Pid pid);
  void return_process(Pid pid, bool was_running);
  void return_as_told(Pid pid, bool was_running);
  void await_another(Pid pid);
  void dispose(Pid pid);
  void let_go_of_all();
  void run_unattended(Pid pid);
  void attend();
  void pass(const StopEvent& event);
  void note_end(int exit_status);
  void bury_strangers();
  void end_all(const Session& session);
  void leave_if_over();
  void watch_idleness();
  // Those of them that no session has.
  [[nodiscard]] std::set<Pid> unclaimed(std::set<Pid> processes) const;
  [[nodiscard]] std::set<Pid> all_processes() const;
  [[nodiscard]] LaunchSettings launch_settings() const;

  // Clients (clients.cpp).
  void accept(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer);
  void welcome(Wire wire, std::string peer);
  Result<> call();
  Result<> answered(Result<asio::ip::tcp::socket> reached);
  void not_reached(const Error& failure);
  void call_again(const Error& failure);
  Result<> call_local();
  void listen_locally();
  Result<> open_line();
  void serve_line();
  void line_is_free();
  void close_after(const ConnectionPointer& connection, std::chrono::seconds bound,
                   std::function<bool(Connection&)> unless);
  Result<> admit(const ConnectionPointer& connection, Session& session, Role role);
  [[nodiscard]] std::optional<std::string> take_expected();
  [[nodiscard]] bool serves_platform() const;
  [[nodiscard]] std::uint16_t published_port() const;
  void serve(const ConnectionPointer& connection);
  void on_ready(const ConnectionPointer& connection);
  void look_for_awaited();
  void work_on(const ConnectionPointer& connection);
  void await_departure(const ConnectionPointer& connection);
  void part(const ConnectionPointer& connection);
  void gone(ConnectionPointer connection);
  [[nodiscard]] std::vector<ConnectionPointer> clients() const;
  // Those of them that debug, or may come to.
  [[nodiscard]] std::vector<ConnectionPointer> debuggers() const;

  // `stub run` (watching.cpp).
  Result<> run_watched();
  void watch_command(Pid command);
  [[nodiscard]] crash::Watch::Surroundings surroundings_of_watch();
  [[nodiscard]] Result<> run_unwatched(const std::string& why) const;
  void take_watched(const StopEvent& event);
  void note_received(const StopEvent& event);
  void watch_arrivals();
  void forward(const ForwardedSignals::Arrived& arrived);
  void work_for_watch();
  void arm_watch_timer();
  void arm_timeout(std::chrono::seconds after);
  [[nodiscard]] std::string place_for_debuggers();
  Result<> admit_to_waiting(const ConnectionPointer& connection, Session& session, Role role);
  void return_watched(Pid pid);
  void leave_if_command_is_over();

  // What programs print (consoles.cpp).
  [[nodiscard]] ConsolePointer give_terminal(LaunchRequest& request);
  [[nodiscard]] bool shows_terminals_here() const;
  void add_console(ConsolePointer console, const ConnectionPointer& client);
  void on_printed(const ConsolePointer& console);
  void listen_for(const ConnectionPointer& client);
  [[nodiscard]] std::string printed_for(const ConnectionPointer& client);
  Result<> type_for(const ConnectionPointer& client, std::string_view text);
  void leave_consoles(const ConnectionPointer& client);
  void take_over_consoles(const ConnectionPointer& client);
  void print_rest();

  // What the processes do (burst.cpp).
  [[nodiscard]] bool may_burst(const ConnectionPointer& connection) const;
  [[nodiscard]] bool may_burst() const;
  void burst(ConnectionPointer connection);
  void burst();
  [[nodiscard]] bool advance(Connection& connection);
  void on_children();
  void look_after_rest();
  void pump_all();

  ServeOptions options_;
  std::shared_ptr<Trace> trace_;
  ChildSignals child_signals_;
  Ticker ticker_;
  Terminal terminal_;
  PtraceKernel kernel_;
  LinuxHost host_;
  Engine engine_;
  std::shared_ptr<inspect::CallLog> calls_ = std::make_shared<inspect::CallLog>(engine_);
  asio::io_context io_{1};
  asio::posix::stream_descriptor children_;
  asio::signal_set signals_;
  std::optional<Listener> listener_;
  std::optional<LocalListener> local_listener_;
  Wire line_;  // standard streams or a serial line, until its client is welcomed
  std::list<ConnectionPointer> connections_;
  std::vector<Audience> consoles_;
  std::deque<Expected> expected_;
  std::set<Pid> children_launched_;
  std::vector<StopEvent> reasons_left_;  // why the threads stopped that the last client left stopped
  std::set<Pid> released_;               // those of them that were detached from, and run on by themselves
  asio::steady_timer next_look_{io_};    // for what sessions wait for
  asio::steady_timer next_call_{io_};
  std::optional<std::chrono::steady_clock::time_point> calling_until_;  // none: nobody is being called
  asio::steady_timer nobody_came_{io_};
  std::set<Pid> awaiting_client_;  // those that are held until then, and disposed of
  asio::steady_timer idle_{io_};
  std::chrono::steady_clock::time_point nobody_since_ = std::chrono::steady_clock::now();
  bool looks_ = false;
  std::map<Pid, std::weak_ptr<ShellCommand>> shells_;
  std::optional<crash::Watch> watch_;
  std::optional<ForwardedSignals> forwarded_;
  asio::posix::stream_descriptor arrivals_{io_};
  asio::steady_timer watch_timer_{io_}, timeout_timer_{io_};
  Pid command_{};
  std::optional<int> command_end_;  // where it was not traced any more
  // What the command got last of what we forward: whoever signals our whole group has reached it already.
  struct Received {
    KernelSignal signal{};
    Pid sender{};
    std::chrono::steady_clock::time_point when;
  };
  std::optional<Received> received_;
  bool works_for_watch_ = false;
  bool cannot_listen_ = false;  // and has been said
  bool bursting_ = false;
  bool children_signalled_ = false;  // while bursting
  int signals_received_ = 0;
  int last_exit_status_ = 0;        // of a process that was launched
  std::optional<int> exit_status_;  // set: it is over
};

}  // namespace stub
