#include "stub/run_options.hpp"

#include "protocol/cursor.hpp"
#include "stub/command_line.hpp"
#include "stub/usage.hpp"

namespace stub {
namespace {

using command_line::usage_error;

// What --ci stands for.
constexpr std::string_view ci_on_crash = "report,core=stub-cores";

struct Words {
  std::string on_crash, on_timeout, listen, follow;
  std::vector<std::string> only;
  bool ci = false, help = false;
};

void add_options(CLI::App& app, Words& words, ServeOptions& options) {
  for (auto [name, value] : {std::pair{"--on-crash", &words.on_crash}, std::pair{"--on-timeout", &words.on_timeout},
                             std::pair{"--listen", &words.listen}, std::pair{"--follow", &words.follow}})
    app.add_option(name, *value)->allow_extra_args(false);
  app.add_option("--only", words.only)->allow_extra_args(false);
  app.add_option("--allow", options.allow)->allow_extra_args(false);
  app.add_option("--published-port", options.published_port)->check(CLI::Range(1, 65535));
  app.add_flag("--ci", words.ci);
  app.add_flag("--help,-h", words.help);
}

bool is_on(const std::string& value) { return !value.empty() && value != "0"; }

void complete(Words& words, const Lookup& environment) {
  const auto fill = [&](std::string& word, const std::string& name) {
    if (word.empty()) word = environment(name).value_or("");
  };
  fill(words.on_crash, "STUB_ON_CRASH");
  fill(words.on_timeout, "STUB_ON_TIMEOUT");
  fill(words.listen, "STUB_LISTEN");
  fill(words.follow, "STUB_FOLLOW");
  words.ci |= is_on(environment("STUB_CI").value_or(""));
  if (words.on_crash.empty() && words.ci) words.on_crash = ci_on_crash;
  if (const auto only = environment("STUB_ONLY"); only && words.only.empty())
    for (Cursor in(*only); !in.done();) words.only.emplace_back(in.until(','));
}

Result<crash::Policy> policy_of(Words words) {
  crash::Policy out;
  if (!words.on_crash.empty()) out.on_crash = TRY(crash::parse_on_crash(words.on_crash));
  if (!words.on_timeout.empty()) out.on_timeout = TRY(crash::parse_on_timeout(words.on_timeout));
  if (!words.follow.empty()) out.follow = TRY(crash::parse_follow(words.follow));
  out.only = std::move(words.only);
  return out;
}

}  // namespace

Result<Options> parse_run(const std::vector<std::string>& arguments, const Lookup& environment) {
  CLI::App app;
  command_line::prepare(app);
  ServeOptions options;
  Words words;
  add_options(app, words, options);
  auto program = TRY(command_line::parse(app, arguments));
  if (words.help) return Options{PrintAndExit{std::string(usage::run)}};
  if (!program.empty() && program.front() == "--") {
    program.erase(program.begin());
  } else if (!program.empty() && program.front().starts_with('-')) {
    return usage_error("unknown option '" + program.front() + "'");
  }
  if (program.empty()) return usage_error("run: no COMMAND");
  const bool is_to_listen = !words.listen.empty();
  complete(words, environment);
  options.address = TRY(parse_listen_address(words.listen.empty() ? "0" : words.listen));
  auto policy = policy_of(std::move(words));
  if (!policy) return usage_error("run: " + policy.error().text);
  if (is_to_listen && !crash::waits(*policy))
    return usage_error("run: --listen is for --on-crash=…,wait=TIME and --on-timeout=…,wait=TIME");
  options.policy = std::move(*policy);
  options.program = std::move(program);
  options.disable_randomization = false;
  return Options{std::move(options)};
}

}  // namespace stub
