#include "stub/crash/policy.hpp"

#include <algorithm>
#include <array>

#include "protocol/cursor.hpp"

namespace stub::crash {
namespace {

constexpr std::uint64_t longest = std::uint64_t{365} * 24 * 60 * 60;

enum class Occasion : std::uint8_t { crash, timeout };

Result<Action> parse_action(std::string_view text, Occasion occasion) {
  Cursor in(text);
  const auto name = in.until('=');
  const bool has_value = name.size() != text.size();
  const auto value = std::string(in.take_rest());
  if (has_value && value.empty()) return fail(Errc::malformed, "nothing stands behind " + std::string(text));
  if (name == "report") return action::Report{value};
  if (name == "core" && has_value) return action::Core{value};
  if (name == "core") return action::Core{"."};
  if (name == "wait" && has_value) return action::Wait{TRY(parse_duration(value))};
  if (name == "kill" && !has_value && occasion == Occasion::timeout) return action::Kill{};
  if (name == "syscalls" && !has_value) return action::SystemCalls{};
  const auto* last = occasion == Occasion::crash ? " or wait=TIME" : ", wait=TIME or kill";
  return fail(Errc::malformed,
              "unknown action '" + std::string(text) + "': want report[=FILE], syscalls, core[=DIR]" + last);
}

Result<Actions> parse_actions(std::string_view text, Occasion occasion) {
  Actions out;
  for (Cursor in(text); !in.done();) {
    auto action = TRY(parse_action(in.until(','), occasion));
    out.push_back(std::move(action));
  }
  if (out.empty()) return fail(Errc::malformed, "no action: want some of report, core=DIR, …");
  return out;
}

template <class Kind>
bool has(const Policy& policy) {
  const auto within = [](const Actions& actions) {
    return std::ranges::any_of(actions, [](const Action& one) { return std::holds_alternative<Kind>(one); });
  };
  return within(policy.on_crash) || (policy.on_timeout && within(policy.on_timeout->actions));
}

constexpr std::uint64_t bit(int signal) { return std::uint64_t{1} << (signal - 1); }

}  // namespace

bool waits(const Policy& policy) { return has<action::Wait>(policy); }
bool records_calls(const Policy& policy) { return has<action::SystemCalls>(policy); }

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t seconds;
  };
  constexpr std::array units = {Unit{"", 1}, Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}};
  Cursor in(text);
  const auto count = in.decimal();
  const auto* unit = std::ranges::find(units, in.take_rest(), &Unit::name);
  if (!count || *count == 0 || *count > longest || unit == units.end() || *count * unit->seconds > longest)
    return fail(Errc::malformed, "bad time '" + std::string(text) + "': want a number with s, m or h");
  return std::chrono::seconds(*count * unit->seconds);
}

std::string duration_text(std::chrono::seconds duration) {
  constexpr int minute = 60, hour = 60 * minute;
  const auto count = duration.count();
  if (count >= hour && count % hour == 0) return std::to_string(count / hour) + " h";
  if (count >= minute && count % minute == 0) return std::to_string(count / minute) + " min";
  return std::to_string(count) + " s";
}

Result<Actions> parse_on_crash(std::string_view text) { return parse_actions(text, Occasion::crash); }

Result<Timeout> parse_on_timeout(std::string_view text) {
  Cursor in(text);
  const auto after = TRY(parse_duration(in.until(':')));
  return Timeout{after, TRY(parse_actions(in.take_rest(), Occasion::timeout))};
}

Result<Follow> parse_follow(std::string_view text) {
  if (text == "all") return Follow::all;
  if (text == "direct") return Follow::direct;
  if (text == "none") return Follow::none;
  return fail(Errc::malformed, "unknown --follow '" + std::string(text) + "': want all, direct or none");
}

// One star at a time is tried with more: what stands before the last one has been found already.
bool matches(std::string_view pattern, std::string_view path) {
  if (!pattern.contains('/')) path.remove_prefix(path.rfind('/') + 1);
  std::size_t p = 0, t = 0, retry_p = std::string_view::npos, retry_t = 0;
  while (t < path.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      retry_p = ++p;
      retry_t = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == path[t])) {
      ++p;
      ++t;
    } else if (retry_p != std::string_view::npos) {
      p = retry_p;
      t = ++retry_t;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool is_meant(const Policy& policy, std::string_view path) {
  return policy.only.empty() || std::ranges::any_of(policy.only, [&](const auto& p) { return matches(p, path); });
}

bool is_crash(KernelSignal signal, const SignalSets& sets) {
  constexpr std::array dumping = {4, 5, 6, 7, 8, 11, 31};  // ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS
  if (std::ranges::find(dumping, number(signal)) == dumping.end()) return false;
  return ((sets.blocked | sets.ignored | sets.caught) & bit(number(signal))) == 0;
}

std::string file_name(std::string_view pattern, std::int32_t pid) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char next = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (next != 'p' && next != '%') {
      out += pattern[i];
      continue;
    }
    out += next == 'p' ? std::to_string(pid) : "%";
    ++i;
  }
  return out;
}

}  // namespace stub::crash
