#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;

namespace {

constexpr auto run = ResumeAction::Kind::run, step = ResumeAction::Kind::step;

ThreadSelector thread(std::int32_t pid, std::int32_t tid) {
  return {IdPattern{IdPattern::Kind::one, pid}, {IdPattern::Kind::one, tid}};
}

}  // namespace

TEST_CASE("vCont;c runs all threads") {
  const auto packet = parsed<Resume>("vCont;c");
  REQUIRE(packet.actions.size() == 1);
  CHECK(packet.actions[0].kind == run);
  CHECK(number(packet.actions[0].signal) == 0);
  CHECK_FALSE(packet.actions[0].threads);
}

TEST_CASE("the actions of a vCont keep their order, threads and signals") {
  const auto packet = parsed<Resume>("vCont;C1e:p1.2;s:p1.3;S05:p1.4;c:p1.-1");
  REQUIRE(packet.actions.size() == 4);
  CHECK(packet.actions[0].kind == run);
  CHECK(number(packet.actions[0].signal) == 0x1e);
  CHECK(packet.actions[0].threads == thread(1, 2));
  CHECK(packet.actions[1].kind == step);
  CHECK(packet.actions[1].threads == thread(1, 3));
  CHECK(packet.actions[2].kind == step);
  CHECK(number(packet.actions[2].signal) == 5);
  CHECK(packet.actions[3].threads == ThreadSelector{IdPattern{IdPattern::Kind::one, 1}, {IdPattern::Kind::all, 0}});
}

TEST_CASE("c and s go on where the thread is, or from an address") {
  CHECK(parsed<ResumeSelected>("c").kind == run);
  CHECK_FALSE(parsed<ResumeSelected>("c").from);
  CHECK(parsed<ResumeSelected>("s").kind == step);
  CHECK(parsed<ResumeSelected>("c401000").from == Address{0x401000});
  CHECK(parsed<ResumeSelected>("s401000").from == Address{0x401000});
}

TEST_CASE("C and S bring a signal, and perhaps an address") {
  const auto run_with = parsed<ResumeSelected>("C0b");
  CHECK(run_with.kind == run);
  CHECK(number(run_with.signal) == 11);
  const auto step_with = parsed<ResumeSelected>("S05;401000");
  CHECK(step_with.kind == step);
  CHECK(number(step_with.signal) == 5);
  CHECK(step_with.from == Address{0x401000});
}

TEST_CASE("Hg and Hc select a thread for one purpose or the other") {
  CHECK(parsed<SelectThread>("Hgp1.2").purpose == SelectThread::For::other_operations);
  CHECK(parsed<SelectThread>("Hgp1.2").thread == thread(1, 2));
  CHECK(parsed<SelectThread>("Hc-1").purpose == SelectThread::For::resume);
  CHECK(parsed<SelectThread>("Hc-1").thread.thread.kind == IdPattern::Kind::all);
}

TEST_CASE("T asks whether a thread lives, qThreadStopInfo why it stopped") {
  CHECK(parsed<QueryThreadAlive>("Tp1.2").thread == thread(1, 2));
  CHECK(number(parsed<QueryThreadStop>("qThreadStopInfo1f").tid) == 0x1f);
}

TEST_CASE("qGetTLSAddr names a thread, a place and a link map") {
  const auto packet = parsed<QueryThreadLocal>("qGetTLSAddr:p1.2,10,7ffff7ffe2e0");
  CHECK(packet.thread == thread(1, 2));
  CHECK(packet.offset == 0x10);
  CHECK(packet.link_map == Address{0x7ffff7ffe2e0});
}

TEST_CASE("D, vKill and qAttached name a process in hex") {
  CHECK_FALSE(parsed<Detach>("D").pid);
  CHECK(parsed<Detach>("D;0000000000005f77").pid == Pid{0x5f77});
  CHECK(parsed<KillProcess>("vKill;1f").pid == Pid{0x1f});
  CHECK_FALSE(parsed<QueryAttached>("qAttached").pid);
  CHECK(parsed<QueryAttached>("qAttached:1f").pid == Pid{0x1f});
}

TEST_CASE("t stops, and r steps through a range") {
  const auto packet = parsed<Resume>("vCont;t:p1.2;r401000,401010:p1.3");
  REQUIRE(packet.actions.size() == 2);
  CHECK(packet.actions[0].kind == ResumeAction::Kind::stop);
  CHECK(packet.actions[0].threads == thread(1, 2));
  CHECK(packet.actions[1].kind == step);
  CHECK(packet.actions[1].range == AddressRange{{0x401000}, {0x401010}});
  CHECK(packet.actions[1].threads == thread(1, 3));
  for (const auto* bad : {"vCont;r", "vCont;r401000", "vCont;r401000,", "vCont;r,401000", "vCont;tt"})
    CHECK(is_malformed(bad));
}
