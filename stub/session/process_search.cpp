#include "stub/session/process_search.hpp"

namespace stub {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool matches_name(const ProcessFilter& filter, std::string_view program) {
  const auto name = file_name(program);
  switch (filter.match) {
    case ProcessFilter::Match::any:
      return true;
    case ProcessFilter::Match::equals:
      return name == filter.name;
    case ProcessFilter::Match::starts_with:
      return name.starts_with(filter.name);
    case ProcessFilter::Match::ends_with:
      return name.ends_with(filter.name);
    case ProcessFilter::Match::contains:
      return name.find(filter.name) != std::string_view::npos;
    case ProcessFilter::Match::regex:
      return filter.pattern && filter.pattern->found_in(name);
  }
  return false;
}

template <class T>
bool agrees(const std::optional<T>& wanted, const T& value) {
  return !wanted || *wanted == value;
}

std::string_view processor(std::string_view triple) { return triple.substr(0, triple.find('-')); }

}  // namespace

// Nobody can attach to what has ended or is debugged: lldb-server leaves both out.
bool is_wanted(Host& host, const ProcessFilter& filter, Pid pid, const ProcessFacts& facts) {
  const auto own_user = host.own_user();
  if (facts.ended || facts.debugger) return false;
  if (!filter.all_users && own_user && facts.real_user != *own_user) return false;
  if (!filter.triple.empty() && processor(filter.triple) != processor(facts.triple)) return false;
  return matches_name(filter, facts.program) && agrees(filter.pid, pid) && agrees(filter.parent, facts.parent) &&
         agrees(filter.real_user, facts.real_user) && agrees(filter.real_group, facts.real_group) &&
         agrees(filter.effective_user, facts.effective_user) && agrees(filter.effective_group, facts.effective_group);
}

// Asked again and again while a process is waited for: the rest is looked up of those only that have the name.
std::set<Pid> processes_named(Host& host, std::string_view name) {
  std::set<Pid> out;
  for (const auto pid : host.processes()) {
    if (file_name(host.program(pid)) != name) continue;
    const auto facts = host.process_facts(pid);
    if (facts && is_wanted(host, {}, pid, *facts)) out.insert(pid);
  }
  return out;
}

}  // namespace stub
