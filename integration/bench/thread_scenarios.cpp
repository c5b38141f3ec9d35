// Breakpoints, with and without other threads; and what many threads cost.

#include <unistd.h>

#include <algorithm>
#include <array>

#include "debuggee.hpp"
#include "scenarios.hpp"

namespace bench {
namespace {

// What gdb says at a breakpoint that it passes: lift it, step, set it again, run on.
Figures hits_of(Session& session, double seconds) {
  const std::string where = "0," + hex(address_of(bench_hit)) + ",1";
  const std::string lift = framed("z" + where), insert = framed("Z" + where);
  const std::string step = session.step_one(), resume = session.resume_all();
  session.expect_ok("Z" + where);
  session.expect_stop(resume);
  return served(session, seconds, 1, [&] {
    session.remote().exchange(lift);
    session.expect_stop(step);
    session.remote().exchange(insert);
    session.expect_stop(resume);
  });
}

Figures hits(const Options& options, const std::vector<std::string>& debuggee) {
  Session session = Session::launch(options, debuggee);
  return hits_of(session, options.seconds);
}

// Agent expression (GDB manual, "Bytecode Descriptions"): const64 address, ref64, const64 value, equal, end.
std::string condition(std::uint64_t value) {
  const auto wide = [](std::uint64_t number) { return std::string(16 - hex(number).size(), '0') + hex(number); };
  const std::string code = "25" + wide(reinterpret_cast<std::uint64_t>(&bench_counter)) + "1a25" + wide(value) + "1327";
  return "X" + hex(code.size() / 2) + "," + code;
}

std::uint64_t counter(Session& session) {
  const std::string text = session.remote().ask("m" + hex(reinterpret_cast<std::uint64_t>(&bench_counter)) + ",8");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 16; i += 2) value |= std::stoull(text.substr(i, 2), nullptr, 16) << (4 * i);
  return value;
}

// The seconds until a condition is true that is false so often before.
double false_conditions(Session& session, std::uint64_t times) {
  const std::string where = "0," + hex(address_of(bench_hit)) + ",1";
  session.expect_ok("Z" + where + ";" + condition(counter(session) + times));
  const auto began = Clock::now();
  session.expect_stop(session.resume_all());
  const double took = seconds_since(began);
  session.expect_ok("z" + where);
  return took;
}

Figures conditions(const Options& options, const std::vector<std::string>& debuggee) {
  if (options.kind == Kind::lldb_server) throw Unsupported("a condition in Z0");
  Session session = Session::launch(options, debuggee);
  session.run_to(address_of(bench_hit));
  // First a few, to know how many fit.
  const double some = 20 / false_conditions(session, 20);
  const std::uint64_t times = std::max<std::uint64_t>(20, static_cast<std::uint64_t>(some * options.seconds));
  const double before = session.processor_seconds();
  const double took = false_conditions(session, times);
  const double count = static_cast<double>(times);
  return {count / took, (session.processor_seconds() - before) * 1e6 / count};
}

struct Attached {
  Sleepers sleepers;
  Session session;
  double milliseconds = 0;

  Attached(const Options& options, unsigned threads) : sleepers(threads), session(Session::idle(options)) {
    if (!session.is_lldb()) session.remote().ask("!");
    const auto began = Clock::now();
    const std::string reply = session.attach(sleepers.pid());
    milliseconds = seconds_since(began) * 1000;
    session.learn_thread(reply);
  }
};

template <unsigned threads>
Figures attach(const Options& options) {
  return {Attached(options, threads).milliseconds, 0};
}

Figures list_one_by_one(const Options& options) {
  Attached attached(options, 1000);
  Remote& remote = attached.session.remote();
  const auto began = Clock::now();
  long threads = 0;
  for (std::string reply = remote.ask("qfThreadInfo"); reply.starts_with('m'); reply = remote.ask("qsThreadInfo"))
    threads += 1 + std::count(reply.begin(), reply.end(), ',');
  const double took = seconds_since(began) * 1000;
  if (threads != 1000) throw std::runtime_error("not all threads are in the list");
  return {took, 0};
}

// qXfer in as many packets as it takes: `m` has more behind it, `l` is the last.
std::size_t whole_list(Session& session) {
  if (session.is_lldb()) return session.remote().ask("jThreadsInfo").size();
  std::size_t length = 0;
  for (std::string reply = "m"; reply.starts_with('m'); length += reply.size() - 1)
    reply = session.remote().ask("qXfer:threads:read::" + hex(length) + "," + hex(session.packet_size() - 8));
  return length;
}

Figures list_at_once(const Options& options) {
  Attached attached(options, 1000);
  const auto began = Clock::now();
  const std::size_t length = whole_list(attached.session);
  const double took = seconds_since(began) * 1000;
  if (length < 20'000) throw std::runtime_error("not all threads are in the list");
  return {took, 0};
}

double median(std::array<double, 5> times) {
  std::sort(times.begin(), times.end());
  return times[2];
}

enum class Clocked { from_resume, from_interrupt };

Figures interrupted(const Options& options, Clocked clocked) {
  Attached attached(options, 1000);
  Remote& remote = attached.session.remote();
  const std::string resume = attached.session.resume_all();
  std::array<double, 5> times{};
  for (double& time : times) {
    auto began = Clock::now();
    remote.send(resume);
    if (clocked == Clocked::from_interrupt) {
      usleep(150'000);  // by then all of them run, and sleep again
      began = Clock::now();
    }
    remote.send("\x03");
    if (!remote.receive().starts_with('T')) throw std::runtime_error("^C was not answered by a stop");
    time = seconds_since(began) * 1000;
  }
  return {median(times), 0};
}

Figures interrupt(const Options& options) { return interrupted(options, Clocked::from_interrupt); }
Figures resume_and_interrupt(const Options& options) { return interrupted(options, Clocked::from_resume); }

Figures step_one_of_many(const Options& options) {
  Session session = Session::launch(options, {"hits", "1000"});
  session.run_to(address_of(bench_hit));
  const std::string packet = session.step_one();
  return served(session, options.seconds, 1, [&] { session.expect_stop(packet); });
}

Figures resident(const Options& options) { return {Attached(options, 1000).session.resident_mebibytes(), 0}; }

}  // namespace

std::map<std::string, Row> thread_scenarios() {
  return {
      {"hit", {[](const Options& options) { return hits(options, {"hit"}); }}},
      {"hit-100", {[](const Options& options) { return hits(options, {"hits", "100"}); }}},
      {"hit-1000", {[](const Options& options) { return hits(options, {"hits", "1000"}); }}},
      {"hit-spin", {[](const Options& options) { return hits(options, {"spins", "17"}); }, false}},
      {"condition", {[](const Options& options) { return conditions(options, {"hit"}); }}},
      {"condition-spin", {[](const Options& options) { return conditions(options, {"spins", "17"}); }, false}},
      {"attach-1", {attach<1>}},
      {"attach-100", {attach<100>}},
      {"attach-1000", {attach<1000>}},
      {"attach-4000", {attach<4000>}},
      {"list-one", {list_one_by_one}},
      {"list", {list_at_once}},
      {"interrupt", {interrupt}},
      {"resume+interrupt", {resume_and_interrupt}},
      {"step-1000", {step_one_of_many}},
      {"rss-1000", {resident}},
  };
}

}  // namespace bench
