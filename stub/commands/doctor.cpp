// stub doctor [PID] [--json]
#include <algorithm>
#include <nlohmann/json.hpp>

#include "stub/command_line.hpp"
#include "stub/commands/commands.hpp"
#include "stub/inspect/printable.hpp"
#include "stub/linux/abilities.hpp"
#include "stub/linux/diagnosis.hpp"

namespace stub::commands {
namespace {

using Json = nlohmann::ordered_json;
using Lines = std::vector<std::pair<std::string, std::string>>;

// The smallest change that helps, in each engine's words.
struct Fix {
  Remedy remedy;
  Lines words;
};

// Only podman gives a capability to other users than root (as an ambient one, capabilities(7)).
Lines ptrace_capability(bool as_root) {
  if (as_root)
    return {{"docker", "--cap-add=SYS_PTRACE"},
            {"podman", "--cap-add=SYS_PTRACE"},
            {"compose", "cap_add: [SYS_PTRACE]"},
            {"kubernetes", "securityContext: {capabilities: {add: [SYS_PTRACE]}}"}};
  return {{"docker", "--user=0 --cap-add=SYS_PTRACE"},
          {"podman", "--cap-add=SYS_PTRACE"},
          {"compose", "user: \"0\", cap_add: [SYS_PTRACE]"},
          {"kubernetes", "securityContext: {runAsUser: 0, capabilities: {add: [SYS_PTRACE]}}"}};
}

std::vector<Fix> fixes(bool as_root) {
  return {
      {Remedy::ptrace_capability, ptrace_capability(as_root)},
      {Remedy::seccomp_profile,
       {{"docker", "--security-opt seccomp=unconfined"},
        {"podman", "--security-opt seccomp=unconfined"},
        {"compose", "security_opt: [seccomp=unconfined]"},
        {"kubernetes", "securityContext: {seccompProfile: {type: Unconfined}}"}}},
      {Remedy::yama_scope, ptrace_capability(as_root)},
      {Remedy::security_module,
       {{"docker", "--security-opt apparmor=unconfined (SELinux: label=disable)"},
        {"podman", "--security-opt apparmor=unconfined (SELinux: label=disable)"},
        {"compose", "security_opt: [apparmor=unconfined]"},
        {"kubernetes", "securityContext: {appArmorProfile: {type: Unconfined}}"}}},
  };
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

// What decides about it, whether it was of consequence or not.
Lines circumstances(Pid pid, const TracingFacts& facts, const TracingFacts& own) {
  Lines out = {
      {"user", std::to_string(facts.user)},
      {"CAP_SYS_PTRACE", yes_or_no(facts.may_trace())},
      {"seccomp", facts.seccomp},
      {"no_new_privs", yes_or_no(facts.no_new_privileges)},
      {"dumpable", yes_or_no(facts.dumpable)},
      {"traced by", facts.tracer ? "process " + std::to_string(number(*facts.tracer)) : "nobody"},
  };
  if (&facts != &own)
    out.emplace_back("user namespace", facts.user_namespace.empty()                 ? "cannot be seen"
                                       : facts.user_namespace == own.user_namespace ? "ours"
                                                                                    : "another");
  if (!facts.security_label.empty()) out.emplace_back("security label", inspect::printable(facts.security_label));
  if (const auto numbers = numbers_of(pid); numbers.size() > 1)
    out.emplace_back("pid inside", std::to_string(number(numbers.back())));
  return out;
}

struct Findings {
  std::vector<Trial> trials;
  Lines system, ours, theirs;
  std::vector<Fix> fixes;  // for what did not work

  [[nodiscard]] bool well() const {
    return std::ranges::all_of(trials, [](const Trial& trial) { return trial.works || !trial.needed; });
  }
};

Findings find(std::optional<Pid> pid) {
  Findings out;
  out.trials = try_abilities(pid);
  out.system = {{"kernel.yama.ptrace_scope", yama_scope()}};
  const auto own = tracing_facts(own_pid()).value_or(TracingFacts{});
  out.ours = circumstances(own_pid(), own, own);
  if (pid) {
    if (const auto facts = tracing_facts(*pid)) out.theirs = circumstances(*pid, *facts, own);
  }
  for (auto& fix : fixes(own.user == 0)) {
    const auto asked = [&](const Trial& trial) { return !trial.works && trial.remedy == fix.remedy; };
    if (std::ranges::any_of(out.trials, asked)) out.fixes.push_back(std::move(fix));
  }
  return out;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string joined(const Lines& lines) {
  std::string out;
  for (const auto& [name, value] : lines) out.append(out.empty() ? "" : ", ").append(name).append(" ").append(value);
  return out;
}

std::string fix_text(const Fix& fix, const std::vector<Trial>& trials) {
  std::string what;
  bool needed = false;
  for (const auto& trial : trials) {
    if (trial.works || trial.remedy != fix.remedy) continue;
    what += (what.empty() ? "" : ", ") + trial.what;
    needed |= trial.needed;
  }
  constexpr std::size_t width = 12;
  std::string out = "\nTo " + what + (needed ? "" : " (debugging does not need it)") + ":\n";
  for (const auto& [engine, words] : fix.words) out += "  " + padded(engine, width) + words + "\n";
  return out;
}

std::string text_of(const Findings& findings) {
  std::size_t width = 0;
  for (const auto& trial : findings.trials) width = std::max(width, trial.what.size() + 2);
  std::string out;
  for (const auto& trial : findings.trials) {
    auto line =
        padded(trial.what, width) + (trial.works ? "ok" : "no") + (trial.detail.empty() ? "" : "  " + trial.detail);
    out += line + "\n";
  }
  out += "\nsystem: " + joined(findings.system) + "\nstub: " + joined(findings.ours) + "\n";
  if (!findings.theirs.empty()) out += "process: " + joined(findings.theirs) + "\n";
  for (const auto& fix : findings.fixes) out += fix_text(fix, findings.trials);
  return out;
}

Json object_of(const Lines& lines) {
  auto out = Json::object();
  for (const auto& [name, value] : lines) out[name] = value;
  return out;
}

std::string json_of(const Findings& findings) {
  auto trials = Json::array();
  for (const auto& trial : findings.trials)
    trials.push_back(
        {{"what", trial.what}, {"works", trial.works}, {"needed", trial.needed}, {"detail", trial.detail}});
  auto remedies = Json::array();
  for (const auto& fix : findings.fixes) remedies.push_back(object_of(fix.words));
  Json out = {{"ok", findings.well()},
              {"trials", std::move(trials)},
              {"system", object_of(findings.system)},
              {"stub", object_of(findings.ours)}};
  if (!findings.theirs.empty()) out["process"] = object_of(findings.theirs);
  out["fixes"] = std::move(remedies);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<int> doctor(const Words& words, const Print& print) {
  const auto arguments = TRY(parse(words));
  if (arguments.words.size() > 1) return fail(Errc::malformed, "stub doctor wants one process id, or none");
  std::optional<Pid> pid;
  if (!arguments.words.empty()) pid = TRY(command_line::parse_pid(arguments.words[0]));
  const auto findings = find(pid);
  print(arguments.json ? json_of(findings) : text_of(findings));
  return findings.well() ? 0 : 1;
}

}  // namespace stub::commands
