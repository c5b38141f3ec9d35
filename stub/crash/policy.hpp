// Policy: what `stub run` does when nobody is watching, as a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/signal.hpp"

namespace stub::crash {

// What is done about a crash or a hang, in the order given.
namespace action {
// clang-format off: a line for each
struct Report { std::string file; friend bool operator==(const Report&, const Report&) = default; };  // empty: standard error
struct Core { std::string folder; friend bool operator==(const Core&, const Core&) = default; };
struct Wait { std::chrono::seconds bound{}; friend bool operator==(const Wait&, const Wait&) = default; };  // for a debugger
struct SystemCalls { friend bool operator==(const SystemCalls&, const SystemCalls&) = default; };  // the reports tell the last
struct Kill { friend bool operator==(const Kill&, const Kill&) = default; };
// clang-format on
}  // namespace action
using Action = std::variant<action::Report, action::Core, action::Wait, action::SystemCalls, action::Kill>;
using Actions = std::vector<Action>;

struct Timeout {
  std::chrono::seconds after{};
  Actions actions;
};

// Which processes are watched: the command and all that come from it; the command alone; none.
enum class Follow : std::uint8_t { all, direct, none };

struct Policy {
  Actions on_crash = {action::Report{}};
  std::optional<Timeout> on_timeout;
  Follow follow = Follow::all;
  std::vector<std::string> only;  // patterns for programs; none: all
};

// Some debugger may be waited for.
[[nodiscard]] bool waits(const Policy& policy);
// System calls are to be recorded, which costs time at each.
[[nodiscard]] bool records_calls(const Policy& policy);

// 90, 90s, 10m, 2h: more than nothing. An error's text says what is wanted.
[[nodiscard]] Result<std::chrono::seconds> parse_duration(std::string_view text);
// "10 min"
[[nodiscard]] std::string duration_text(std::chrono::seconds duration);

// report,report=FILE,core=DIR,wait=10m,syscalls
[[nodiscard]] Result<Actions> parse_on_crash(std::string_view text);
// 20m:report,core=DIR,wait=10m,syscalls,kill
[[nodiscard]] Result<Timeout> parse_on_timeout(std::string_view text);
[[nodiscard]] Result<Follow> parse_follow(std::string_view text);

// A pattern with a slash is for the whole path, another for the name behind the last; * and ? stand for what they do in
// a shell, but * for slashes too.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view path);
// Whether the policy is about this program.
[[nodiscard]] bool is_meant(const Policy& policy, std::string_view path);

// What the kernel says that a process makes of signals, a bit each: signal 1 is the lowest.
struct SignalSets {
  std::uint64_t blocked = 0, ignored = 0, caught = 0;
};

// The signal's own fate is a core (signal(7), "Standard signals"), and nothing keeps it from that.
[[nodiscard]] bool is_crash(KernelSignal signal, const SignalSets& sets);

// %p in the name of a file stands for the process's number, %% for a %.
[[nodiscard]] std::string file_name(std::string_view pattern, std::int32_t pid);

}  // namespace stub::crash
