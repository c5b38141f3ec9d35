// What works here, and why not: in processes with fewer rights than ours.
#include "stub/linux/abilities.hpp"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tests/linux/confined.hpp"
#include "tests/linux/live.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

Trial trial(const std::vector<Trial>& trials, std::string_view what) {
  const auto it = std::ranges::find_if(trials, [&](const Trial& one) { return one.what.starts_with(what); });
  return it == trials.end() ? Trial{} : *it;
}

}  // namespace

TEST_CASE("where everything is allowed everything works, and no child is left") {
  for (const auto& one : try_abilities({})) {
    CAPTURE(one.what, one.detail);
    CHECK((one.works || one.remedy == Remedy::seccomp_profile || one.remedy == Remedy::yama_scope));
    if (one.needed && one.remedy == Remedy::nothing) CHECK(one.works);
    if (one.what == "hardware watchpoints" && one.works) CHECK(one.detail == "4 of 4");
  }
  CHECK(::waitpid(-1, nullptr, WNOHANG | __WALL) < 0);
}

TEST_CASE("a filter that refuses ptrace is named, and the change of profile") {
  confined([] { refuse(SYS_ptrace, EPERM); },
           [] {
             const auto trials = try_abilities({});
             const auto launch = trial(trials, "launch");
             if (launch.works || !launch.detail.starts_with("ptrace is refused by a seccomp filter")) return 1;
             if (launch.remedy != Remedy::seccomp_profile) return 2;
             if (trial(trials, "hardware").works || trial(trials, "write memory by /proc").works) return 3;
             return 0;
           });
}

TEST_CASE("a filter that kills who asks kills no more than the trial") {
  confined([] { refuse(SYS_process_vm_readv, kill_whoever_asks); },
           [] {
             const auto trials = try_abilities({});
             const auto read = trial(trials, "read memory");
             if (read.works || !read.detail.starts_with("a seccomp filter kills whoever tries")) return 1;
             if (!trial(trials, "launch").works) return 2;
             return 0;
           });
}

TEST_CASE("address randomization that cannot be switched off is harmless") {
  confined([] { refuse(SYS_personality, ENOSYS); },
           [] {
             const auto kept = trial(try_abilities({}), "switch address");
             if (kept.works || kept.needed) return 1;
             return kept.detail.ends_with("harmless for debugging") && kept.remedy == Remedy::seccomp_profile ? 0 : 2;
           });
}

TEST_CASE("attaching to a given process is tried on it, and does not stop it") {
  Sleeper sleeper(Sleeper::Job::running);
  const auto attach = trial(try_abilities(Pid{sleeper.pid()}), "attach to process " + std::to_string(sleeper.pid()));
  CHECK(attach.works);
  CHECK(sleeper.state() != 't');
  Live live;
  live.attach(sleeper.pid());
  const auto refused = trial(try_abilities(Pid{sleeper.pid()}), "attach");
  CHECK_FALSE(refused.works);
  CHECK(refused.detail.find("is already traced by process " + std::to_string(::getpid())) != std::string::npos);
}

TEST_CASE("another user's process, one that is not dumpable, and one with more rights are told apart") {
  if (::geteuid() != 0) return;
  Sleeper sleeper(Sleeper::Job::running);
  const Pid pid{sleeper.pid()};
  confined([] { become_nobody(); },
           [&] {
             const auto found = diagnose(pid);
             if (found.remedy != Remedy::ptrace_capability) return 1;
             return found.cause.ends_with("which is another user's") ? 0 : 2;
           });
  confined([] { drop_capabilities(); },
           [&] {
             const auto found = diagnose(pid);
             if (found.remedy != Remedy::ptrace_capability) return 1;
             return found.cause.ends_with("which has capabilities that we lack") ? 0 : 2;
           });
}

TEST_CASE("what is known of a process is known of ourselves") {
  const auto own = tracing_facts(own_pid());
  REQUIRE(own);
  CHECK(own->user == ::geteuid());
  CHECK(own->dumpable);
  CHECK_FALSE(own->user_namespace.empty());
  const auto numbers = numbers_of(own_pid());
  REQUIRE_FALSE(numbers.empty());
  CHECK(numbers.front() == own_pid());
  CHECK_FALSE(tracing_facts(Pid{0x3fffffff}));
  CHECK(diagnose(own_pid()).cause == "cannot attach to myself");
}

}  // namespace stub
