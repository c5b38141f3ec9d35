#include "tests/support/transcript.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "protocol/cursor.hpp"
#include "protocol/framing.hpp"
#include "protocol/hex.hpp"

namespace stub::test {
namespace {

using Lines = std::vector<std::string>;

std::string readable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += "\\x" + hex(static_cast<unsigned char>(c), 2);
    }
  }
  return out;
}

std::string bytes_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) != "\\x") {
      out += text[i];
      continue;
    }
    out += text_from_hex(text.substr(i + 2, 2)).value();
    i += 3;
  }
  return out;
}

// Run lengths and escapes undone, as the manual says.
std::string payload_of(std::string_view body) {
  std::string raw, out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '*') {
      raw.append(static_cast<std::size_t>(body.at(++i) - 29), raw.back());
    } else {
      raw += body[i];
    }
  }
  for (std::size_t i = 0; i < raw.size(); ++i) out += raw[i] == '}' ? static_cast<char>(raw.at(++i) ^ 0x20) : raw[i];
  return out;
}

std::string checksum_of(std::string_view body) {
  unsigned sum = 0;
  for (const char c : body) sum += static_cast<unsigned char>(c);
  return hex(sum & 0xff, 2);
}

Lines frames_of(std::string_view wire) {
  Lines out;
  Cursor in(wire);
  while (!in.done()) {
    if (in.skip('+')) {
      out.emplace_back("+");
    } else if (in.skip('-')) {
      out.emplace_back("-");
    } else if (in.peek() == '$' || in.peek() == '%') {
      const std::string notification = in.skip('$') ? "" : "%";
      if (!notification.empty()) in.skip('%');
      const auto body = in.until('#');
      const bool holds = in.skip(checksum_of(body));
      const auto text = holds ? readable(payload_of(body)) : "(bad checksum) " + readable(body);
      out.push_back(text.empty() ? "(empty)" : notification + text);
    } else {
      out.push_back("(garbage) " + readable(in.take_rest()));
    }
  }
  return out;
}

ThreadId thread_of(const std::string& text) {
  const auto dot = text.find('.');
  return {Pid{std::stoi(text)}, Tid{std::stoi(text.substr(dot + 1))}};
}

Address address_of(const std::string& text) { return {std::stoull(text, nullptr, 16)}; }

StoppointType watch_type(const std::string& word) {
  if (word == "read") return StoppointType::read_watchpoint;
  return word == "access" ? StoppointType::access_watchpoint : StoppointType::write_watchpoint;
}

StopEvent event_of(const std::string& line) {
  std::istringstream words(line);
  std::string what, who, first = "0", second = "0";
  words >> what >> who >> first >> second;
  if (what == "exited") return {{Pid{std::stoi(who)}, Tid{std::stoi(who)}}, stop::Exited{std::stoi(first)}};
  const auto signal = [&] { return KernelSignal{static_cast<std::uint8_t>(std::stoi(first))}; };
  if (what == "killed") return {{Pid{std::stoi(who)}, Tid{std::stoi(who)}}, stop::Killed{signal()}};
  const auto thread = thread_of(who);
  if (what == "breakpoint") return {thread, stop::Breakpoint{address_of(first)}};
  if (what == "int3") return {thread, stop::ProgramBreakpoint{address_of(first)}};
  if (what == "step") return {thread, stop::Step{}};
  if (what == "signal") return {thread, stop::Signal{signal()}};
  if (what == "exec") return {thread, stop::Exec{first}};
  const auto child = [&] { return ThreadId{Pid{std::stoi(first)}, Tid{std::stoi(first)}}; };
  if (what == "fork") return {thread, stop::Fork{child(), stop::Fork::Kind::fork}};
  if (what == "vfork") return {thread, stop::Fork{child(), stop::Fork::Kind::vfork}};
  if (what == "vforkdone") return {thread, stop::VforkDone{}};
  if (what == "clone") return {thread, stop::Clone{{thread.pid, Tid{std::stoi(first)}}}};
  if (what == "birth") return {thread, stop::ThreadBirth{}};
  if (what == "gone") return {thread, stop::ThreadExit{std::stoi(first)}};
  if (what == "call") return {thread, stop::SystemCall{stop::SystemCall::At::entry, std::stoull(first)}};
  if (what == "return") return {thread, stop::SystemCall{stop::SystemCall::At::exit, std::stoull(first)}};
  if (what == "hardware")
    return {thread, stop::HardwareBreakpoint{{StoppointType::hardware_breakpoint, address_of(first), 1}}};
  if (what == "watchpoint" || what == "read" || what == "access") {
    const Stoppoint watched{watch_type(what), address_of(first), 16};
    return {thread, stop::Watchpoint{watched, watched.address + 8, static_cast<std::uint32_t>(std::stoul(second))}};
  }
  throw std::invalid_argument("no such event: " + line);
}

Lines lines_of(std::string_view script) {
  Lines out;
  Cursor in(script);
  while (!in.done()) {
    auto line = in.until('\n');
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (!line.empty() && !line.starts_with('#')) out.emplace_back(line);
  }
  return out;
}

bool is_action(const std::string& line) { return line.starts_with('>') || line.starts_with('!'); }

bool same(const std::string& written, const std::string& real) {
  constexpr std::string_view ellipsis = "…";
  if (!written.ends_with(ellipsis)) return written == real;
  return real.starts_with(written.substr(0, written.size() - ellipsis.size()));
}

}  // namespace

Conversation::Conversation(Withheld withheld, ShellCommands shell)
    : session(
          target, host,
          [this](Session& s, Role role) -> Result<> {
            if (refusal) return std::unexpected(*refusal);
            if (starts_with_process && role == Role::debugging) s.claim(Pid{1});
            return {};
          },
          {.launch = [this](const LaunchSettings& settings) { return launch(settings); },
           .attach = [this](Pid pid) { return attach(pid); },
           .let_go = [this](Pid pid) { asked_.push_back("let go " + std::to_string(number(pid))); },
           .before_resume = {},
           .printed = [this] { return std::exchange(printed_, {}); },
           .type = [this](std::string_view text) -> Result<> {
             asked_.push_back("type " + readable(text));
             return {};
           },
           .expect_debugger = [this](const std::string& folder) { return expect_debugger(folder); },
           .port_of_waiting =
               [this] { return starts_with_process ? std::optional<std::uint16_t>(1234) : std::nullopt; },
           .end_released = [this](Pid pid) { return end_released(pid); },
           .run_shell = shell == ShellCommands::run
           ? [this](const ShellRequest& request) -> Result<Surroundings::ShellOutcomes> { return run_shell(request); }
           : decltype(Surroundings::run_shell)(),
           .withheld = std::move(withheld),
           .trace = trace}) {}

// A program named /bin/… becomes process 2.
Result<Pid> Conversation::launch(const LaunchSettings& settings) {
  const auto request = launch_request(host, settings);
  std::string line = "launch";
  for (const auto& word : request.arguments) line += " [" + word + "]";
  if (!request.working_directory.empty()) line += " in " + request.working_directory;
  if (!request.disable_randomization) line += " randomized";
  if (request.environment)
    for (const auto& variable : *request.environment) line += " " + variable;
  if (settings.own_terminal) line += " on a terminal";
  asked_.push_back(line + " execs " + std::to_string(request.execs));
  if (!settings.program.front().starts_with("/bin/"))
    return fail(Errc::cannot_run, "Cannot exec " + settings.program.front());
  target.add_thread({Pid{2}, Tid{2}}, "launched");
  return Pid{2};
}

// Processes 3 and 7 can be attached to.
Result<> Conversation::attach(Pid pid) {
  asked_.push_back("attach " + std::to_string(number(pid)));
  if (pid != Pid{3} && pid != Pid{7})
    return fail(Errc::no_process, "Cannot attach to process " + std::to_string(number(pid)));
  target.add_thread({pid, Tid{number(pid)}}, "attached");
  target.set_origin(pid, Origin::attached);
  return {};
}

Result<std::uint16_t> Conversation::expect_debugger(const std::string& folder) {
  asked_.push_back("expect a debugger" + (folder.empty() ? "" : " for " + folder));
  return std::uint16_t{1234};
}

// Process 2 was let go.
Result<> Conversation::end_released(Pid pid) {
  if (pid != Pid{2}) return fail(Errc::no_process, "not a process that was started here");
  asked_.emplace_back("end 2");
  return {};
}

Surroundings::ShellOutcomes Conversation::run_shell(const ShellRequest& request) {
  asked_.push_back("shell [" + request.command + "]" +
                   (request.working_directory.empty() ? "" : " in " + request.working_directory) +
                   (request.timeout ? " for " + std::to_string(request.timeout->count()) + " s" : ""));
  const std::shared_ptr<void> running(nullptr, [this](void*) { asked_.emplace_back("end of shell"); });
  return [this, running] { return shell_outcome; };
}

Conversation::Conversation(std::string_view first_words, Withheld withheld) : Conversation(std::move(withheld)) {
  static_cast<void>(ask("QStartNoAckMode"));
  static_cast<void>(ask(first_words));
  static_cast<void>(journal());
}

void Conversation::act(std::string_view line) {
  const auto what = line.substr(2);
  constexpr std::string_view prints = "prints ";
  if (line.starts_with('!') && what.starts_with(prints)) {
    printed_ += bytes_of(what.substr(prints.size()));
    return;
  }
  if (line.starts_with('!')) return target.happen(event_of(std::string(what)));
  if (what == "(interrupt)") return session.receive("\x03");
  constexpr std::string_view as_is = "(bytes) ";
  if (what.starts_with(as_is)) return session.receive(bytes_of(what.substr(as_is.size())));
  session.receive(encode_packet(bytes_of(what), RunLengths::off));
}

void Conversation::settle() {
  while (session.step()) session.pump();
  session.pump();
  if (session.hears()) session.tell_printed();
}

Lines Conversation::heard() {
  auto lines = frames_of(session.take_output());
  if (lines.empty()) lines.emplace_back(session.running() ? "(running)" : "(silence)");
  for (auto& line : lines) line.insert(0, "< ");
  return lines;
}

Lines Conversation::journal() {
  auto lines = target.take_journal();
  for (auto& line : host.take_journal()) lines.push_back(std::move(line));
  for (auto& line : std::exchange(asked_, {})) lines.push_back(std::move(line));
  for (auto& line : lines) line.insert(0, "* ");
  return lines;
}

std::string Conversation::ask(std::string_view packet) {
  session.receive(encode_packet(packet, RunLengths::off));
  settle();
  std::string out;
  for (const auto& line : heard()) out += (out.empty() ? "" : "\n") + line.substr(2);
  return out;
}

std::string Conversation::play(std::string_view script) {
  const auto written = lines_of(script);
  std::string real = "\n";
  bool differs = false;
  for (std::size_t i = 0; i < written.size();) {
    while (i < written.size() && is_action(written[i])) {
      act(written[i]);
      real += written[i++] + "\n";
    }
    settle();
    Lines answers, asked;
    while (i < written.size() && !is_action(written[i]))
      (written[i].starts_with('*') ? asked : answers).push_back(written[i]), ++i;
    const auto compare = [&](const Lines& expected, const Lines& got) {
      for (std::size_t n = 0; n < std::max(expected.size(), got.size()); ++n) {
        const bool good = n < expected.size() && n < got.size() && same(expected[n], got[n]);
        differs |= !good;
        real += good ? expected[n] : n < got.size() ? got[n] : "(nothing)";
        real += good ? "\n" : "      <-- written: " + (n < expected.size() ? expected[n] : "nothing") + "\n";
      }
    };
    compare(answers, heard());
    const auto calls = journal();
    if (!asked.empty()) compare(asked, calls);
  }
  return differs ? real : std::string(as_written);
}

}  // namespace stub::test
