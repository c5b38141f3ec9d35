#include "stub/crash/watch.hpp"

#include <algorithm>
#include <array>

#include "stub/crash/files.hpp"
#include "stub/inspect/printable.hpp"

namespace stub::crash {
namespace {

constexpr std::chrono::seconds between_announcements{60}, between_attempts{2};

std::string text_of(Pid pid) { return std::to_string(number(pid)); }

std::string base_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// What the thread is to get as it goes on; the engine reports a trap instruction of the program's own without its
// signal.
KernelSignal signal_of(const StopEvent& event) {
  if (std::holds_alternative<stop::ProgramBreakpoint>(event.what)) return signals::trap;
  const auto* signal = std::get_if<stop::Signal>(&event.what);
  return signal == nullptr ? signals::none : signal->signal;
}

// A process has one tracer at most: what these start they could not trace.
bool is_debugger(std::string_view path) {
  constexpr std::array names = {"gdb", "gdbserver", "lldb", "lldb-server", "strace", "ltrace", "rr"};
  const auto name = base_name(path);
  return std::ranges::any_of(names, [&](std::string_view known) {
    return name == known || (name.starts_with(known) && name[known.size()] == '-');
  });
}

std::optional<inspect::SourceLine> first_line(const inspect::CrashReport& report) {
  if (report.threads.empty()) return std::nullopt;
  for (const auto& frame : report.threads.front().backtrace.frames)
    if (frame.line) return frame.line;
  return std::nullopt;
}

std::string formatted(const inspect::CrashReport& report, std::string_view file) {
  if (file.ends_with(".json")) return inspect::report_json(report);
  return file.ends_with(".html") ? inspect::report_html(report) : inspect::report_text(report);
}

std::uint64_t seconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

}  // namespace

Watch::Watch(Target& target, Host& host, Policy policy, Surroundings surroundings)
    : target_(target),
      host_(host),
      policy_(std::move(policy)),
      surroundings_(std::move(surroundings)),
      ci_(inspect::ci_system(host.environment())) {}

void Watch::follow(Pid pid) {
  const bool children = policy_.follow == Follow::all;
  target_.set_interests(pid, {.forks = children, .vforks = children, .passing = true});
  if (records_calls(policy_)) static_cast<void>(surroundings_.calls.observe(pid, nullptr));
}

void Watch::begin(Pid command) {
  follow(command);
  if (begin_program(command, target_.executable_path(command)) == Watched::no) return;
  for (const auto thread : target_.threads(command)) static_cast<void>(target_.resume(thread, {}));
}

void Watch::take(const StopEvent& event) {
  const auto pid = event.thread.pid;
  if (const auto* exited = std::get_if<stop::Exited>(&event.what)) warn_of_refused_tracing(pid, *exited);
  if (event.ends_process()) return forget(pid);
  if (const auto* fork = std::get_if<stop::Fork>(&event.what)) {
    forked_only_.insert(fork->child.pid);
    programs_[fork->child.pid] = programs_[pid];
  }
  if (const auto* exec = std::get_if<stop::Exec>(&event.what))
    if (begin_program(pid, exec->path) == Watched::no) return;
  is_crash_of_ours(event) ? open(event, signal_of(event), policy_.on_crash) : pass(event);
}

void Watch::forget(Pid pid) {
  std::erase_if(cases_, [pid](const Case& one) { return one.event.thread.pid == pid; });
  settled_.erase(pid);
  forked_only_.erase(pid);
  programs_.erase(pid);
}

Watch::Watched Watch::begin_program(Pid pid, const std::string& path) {
  forked_only_.erase(pid);
  programs_[pid] = path;
  warn_of_lost_rights(path);
  if (!is_debugger(path)) return Watched::yes;
  warn_once("debugger", inspect::printable(path) + " and what it starts are not watched: it is a debugger itself");
  static_cast<void>(target_.detach(pid));
  forget(pid);
  return Watched::no;
}

// As if we were not there. A child stops at its first instruction, and nobody tells of it but its parent.
void Watch::pass(const StopEvent& event) {
  static_cast<void>(target_.resume(event.thread, {.signal = signal_of(event)}));
  if (const auto* fork = std::get_if<stop::Fork>(&event.what)) static_cast<void>(target_.resume(fork->child, {}));
}

void Watch::warn_once(const std::string& topic, const std::string& text) {
  if (warned_.insert(topic).second) surroundings_.say(text);
}

// A tracer without rights keeps them from those that it traces (execve(2)).
void Watch::warn_of_lost_rights(const std::string& program) {
  constexpr std::uint32_t set_user = 04000;
  const auto user = host_.own_user();
  if (!user) return;
  const auto status = host_.status({}, program, StatPath::Links::follow);
  if (!status || (status->mode & set_user) == 0 || status->user == *user) return;
  warn_once("setuid",
            inspect::printable(program) +
                " is setuid, and has no such rights while it is traced: run stub as root, or --follow=direct");
}

// A process has one tracer (ptrace(2)). LeakSanitizer is one at the end of the program, of its threads
// (sanitizer_stoptheworld_linux_libcdep.cpp), and fails with the exit code of AddressSanitizer or its own (the option
// `exitcode` of either).
void Watch::warn_of_refused_tracing(Pid pid, const stop::Exited& exited) {
  constexpr int address_sanitizers = 1, leak_sanitizers = 23;
  const auto& path = programs_[pid];
  if (exited.code == 0 || path.empty() || !failed_.insert(path).second) return;
  const auto ended =
      inspect::printable(path) + " ended with code " + std::to_string(exited.code) + ", perhaps because ";
  const bool may_leak = exited.code == address_sanitizers || exited.code == leak_sanitizers;
  if (may_leak && (file_has(host_, path, "libasan.so") || file_has(host_, path, "LeakSanitizer")))
    return warn_once("leaks", ended +
                                  "LeakSanitizer does not work while it is traced: set "
                                  "ASAN_OPTIONS=detect_leaks=0, or run it without stub");
  constexpr std::string_view name_of_symbol("ptrace\0", 7);
  if (file_has(host_, path, name_of_symbol))
    warn_once("tracing", ended +
                             "it traces itself or others, which it cannot while it is traced: run it without stub, "
                             "or with --follow=direct if something else starts it");
}

// Handlers and death tests are the program's own business.
bool Watch::is_crash_of_ours(const StopEvent& event) {
  const auto signal = signal_of(event);
  const auto pid = event.thread.pid;
  if (signal == signals::none || settled_.contains(pid)) return false;
  const auto sets = is_crash(signal, {}) ? surroundings_.signal_sets(event.thread) : std::nullopt;
  return sets && is_crash(signal, *sets) && is_meant(policy_, target_.executable_path(pid)) && !is_death_test(pid);
}

// GoogleTest's, of either style: a fork that is to die, or its program again with a word for it.
bool Watch::is_death_test(Pid pid) {
  if (forked_only_.contains(pid))
    return file_has(host_, "/proc/" + text_of(pid) + "/exe", "testing8internal9DeathTest");
  const auto facts = host_.process_facts(pid);
  return facts && std::ranges::any_of(facts->arguments, [](std::string_view word) {
           return word.starts_with("--gtest_internal_run_death_test");
         });
}

void Watch::open(const StopEvent& event, std::optional<KernelSignal> signal, const Actions& actions) {
  target_.hold(event.thread.pid);
  cases_.push_back({.event = event,
                    .signal = signal,
                    .actions = actions,
                    .program = inspect::printable(target_.executable_path(event.thread.pid))});
}

void Watch::on_timeout() {
  for (const auto pid : target_.processes()) {
    if (find(pid) != cases_.end() || settled_.contains(pid) || !is_meant(policy_, target_.executable_path(pid)))
      continue;
    open({{pid, leader(pid)}, stop::Halted{}}, std::nullopt, policy_.on_timeout->actions);
  }
}

// Threads that have something to tell do so first.
void Watch::let_run(const Case& closed) {
  const auto stopped = closed.event.thread;
  for (const auto thread : target_.threads(stopped.pid)) {
    const bool gets_signal = thread == stopped && closed.signal;
    static_cast<void>(target_.resume(thread, {.signal = gets_signal ? *closed.signal : signals::none}));
  }
}

std::deque<Watch::Case>::iterator Watch::find(Pid pid) {
  return std::ranges::find_if(cases_, [pid](const Case& one) { return one.event.thread.pid == pid; });
}

bool Watch::work() {
  std::erase_if(cases_, [&](const Case& one) { return !target_.origin(one.event.thread.pid); });
  const auto it = std::ranges::find_if(cases_, [](const Case& one) { return !one.claimed && !one.waits_until; });
  if (it == cases_.end()) return false;
  if (it->next == it->actions.size()) {
    if (it->signal) settled_.insert(it->event.thread.pid);
    let_run(*it);
    cases_.erase(it);
    return true;
  }
  const auto done = std::visit([&](const auto& what) { return act(*it, what); }, it->actions[it->next]);
  if (done == Done::yes) ++it->next;
  return true;
}

Watch::Done Watch::act(Case& about, const action::Report& report) {
  const auto thread = about.event.thread;
  const auto occasion =
      about.signal ? std::string()
                   : "It still ran after " + duration_text(policy_.on_timeout->after) + "; --on-timeout stopped it.";
  auto made = inspect::make_crash_report(target_, host_, thread, about.signal, occasion);
  if (records_calls(policy_)) made.system_calls = surroundings_.calls.last(thread);
  if (report.file.empty()) {
    print_report(made);
    return Done::yes;
  }
  const auto file = file_name(report.file, number(thread.pid));
  const auto written = write_file(host_, file, formatted(made, file));
  surroundings_.say(written ? "report on process " + text_of(thread.pid) + " written to " + file
                            : written.error().text);
  return Done::yes;
}

void Watch::print_report(const inspect::CrashReport& report) {
  const auto why = report.fault ? inspect::fault_text(*report.fault) : report.occasion;
  const auto title = "stub: " + base_name(report.program) + " (process " + text_of(report.pid) + "): " + why;
  auto text = inspect::ci_error(ci_, title, first_line(report));
  text +=
      inspect::ci_group(ci_, "stub_" + text_of(report.pid), title, inspect::report_text(report), seconds_since_1970());
  surroundings_.print(text);
}

Watch::Done Watch::act(Case& about, const action::Core& core) {
  const auto thread = about.event.thread;
  if (!about.core) {
    const auto name = core.folder + "/core." + base_name(about.program) + "." + text_of(thread.pid);
    const auto folder = make_folders(host_, core.folder);
    auto begun = folder ? inspect::SavedCore::begin(target_, host_, thread, name) : std::unexpected(folder.error());
    if (!begun) {
      surroundings_.say(begun.error().text);
      return Done::yes;
    }
    about.core = std::move(*begun);
  }
  const auto summary = about.core->step();
  if (!summary) return Done::not_yet;
  surroundings_.say(*summary ? inspect::describe(**summary, about.core->path()) : summary->error().text);
  about.core.reset();
  return Done::yes;
}

Watch::Done Watch::act(Case& about, const action::Wait& wait) {
  const auto now = Clock::now();
  about.waits_until = now + wait.bound;
  announce_waiting(now);
  return Done::not_yet;
}

// That they are recorded was seen to when the process began.
Watch::Done Watch::act(Case&, const action::SystemCalls&) { return Done::yes; }

Watch::Done Watch::act(Case& about, const action::Kill&) {
  surroundings_.say("killed " + base_name(about.program) + " (process " + text_of(about.event.thread.pid) + ")");
  static_cast<void>(target_.kill(about.event.thread.pid));
  return Done::yes;
}

// How many wait, for how long the first of them, and what to type.
void Watch::announce_waiting(Clock::time_point now) {
  const auto waiting = [](const Case& one) { return one.waits_until && !one.claimed; };
  const auto first = std::ranges::find_if(cases_, waiting);
  next_announcement_.reset();
  if (first == cases_.end()) return;
  const auto place = surroundings_.place();
  next_announcement_ = now + (place.empty() ? between_attempts : between_announcements);
  if (place.empty()) return;
  const auto count = std::ranges::count_if(cases_, waiting);
  const auto left = std::chrono::round<std::chrono::seconds>(*first->waits_until - now);
  const auto what = base_name(first->program) + " (process " + text_of(first->event.thread.pid) + ", " +
                    (first->signal ? std::string(signal_name(*first->signal)) : "hangs") + ")";
  surroundings_.say(what + " waits " + duration_text(left) + " for a debugger" +
                    (count == 1 ? "" : "; " + std::to_string(count - 1) + " more behind it"));
  surroundings_.say("gdb: target remote " + place + "    lldb: gdb-remote " + place);
}

void Watch::tick(Clock::time_point now) {
  for (auto& one : cases_) {
    if (one.claimed || !one.waits_until || *one.waits_until > now) continue;
    one.waits_until.reset();
    ++one.next;
    surroundings_.say("no debugger came for " + base_name(one.program) + " (process " + text_of(one.event.thread.pid) +
                      "): it goes on");
  }
  if (next_announcement_ && *next_announcement_ <= now) announce_waiting(now);
}

void Watch::stop_waiting() {
  for (auto& one : cases_)
    if (one.waits_until) one.waits_until = Clock::now();
  tick(Clock::now());
}

std::optional<Watch::Clock::time_point> Watch::next_tick() const {
  auto next = next_announcement_;
  for (const auto& one : cases_)
    if (one.waits_until && !one.claimed && (!next || *one.waits_until < *next)) next = one.waits_until;
  return next;
}

std::optional<StopEvent> Watch::hand_over() {
  const auto it = std::ranges::find_if(cases_, [](const Case& one) { return one.waits_until && !one.claimed; });
  if (it == cases_.end()) return std::nullopt;
  it->claimed = true;
  return it->signal ? StopEvent{it->event.thread, stop::Signal{*it->signal}} : it->event;
}

bool Watch::take_back(Pid pid, const std::vector<StopEvent>& reasons) {
  const auto it = find(pid);
  follow(pid);
  if (it == cases_.end()) return false;
  const bool hangs = !it->signal && target_.stopped(it->event.thread);
  const auto as_found =
      hangs || std::ranges::any_of(reasons, [&](const StopEvent& reason) {
        return reason.thread == it->event.thread && signal_of(reason) == it->signal && target_.stopped(reason.thread);
      });
  if (!as_found) {
    cases_.erase(it);
    return false;
  }
  it->claimed = false;
  announce_waiting(Clock::now());
  return true;
}

bool Watch::busy() const {
  return std::ranges::any_of(cases_, [&](const Case& one) { return target_.origin(one.event.thread.pid).has_value(); });
}

}  // namespace stub::crash
